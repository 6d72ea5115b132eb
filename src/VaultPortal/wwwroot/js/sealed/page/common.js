// What people choose first when they choose for themselves. Short on purpose: it shows the kind, and strength.js adds the variants.

const list = (text) => text.trim().split(/\s+/);

/** Passwords, the most often chosen first. */
export const passwords = list(`
password 123456 qwerty letmein welcome admin iloveyou monkey dragon login master hello abc123 football baseball sunshine princess
shadow superman batman secret freedom whatever trustno1 starwars passwort changeme default root toor guest test temp pass passwd
access internet computer summer winter spring autumn love god money flower cookie chocolate cheese orange banana pepper ginger
hunter ranger soccer hockey tennis basketball liverpool arsenal chelsea barcelona juventus ferrari mercedes porsche harley mustang
corvette killer ninja pirate wizard matrix phoenix tiger lion eagle falcon panther wolf bear butterfly angel devil jesus heaven
blessed family mother father brother sister baby babygirl lovely sweet beautiful lucky happy crazy sexy buster charlie bailey maggie
max buddy rocky cooper jordan michael jessica ashley nicole daniel andrew joshua matthew robert thomas anthony george william
james david john joseph richard charles steven kevin brian jason justin brandon jennifer amanda michelle stephanie melissa elizabeth
samantha sarah laura anna maria lisa emma sophie julia martin peter paul mark alex sandra andrea carlos diego marco luca mohamed
ahmed fatima ivan olga natasha yuki taylor harry potter hermione pokemon pikachu naruto minecraft fortnite zelda mario sonic skywalker
yoda gandalf frodo samsung apple google facebook twitter linkedin microsoft windows linux ubuntu oracle cisco server router database
backup system manager user demo sample office company work home private public security secure safe vault portal vaultportal
passphrase passcode keepass bitwarden qwertz azerty asdf zxcvbn solo star stars moon london paris berlin madrid rome vienna america
england germany france italy spain brazil canada mexico texas california florida chicago boston dallas denver newyork yankees lakers
cowboys steelers packers eagles raiders redsox giants red green blue black white purple yellow silver gold diamond crystal
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november
december one two three four five six seven eight nine ten hundred thousand million first second last new old big little
asd qaz wsx aaa xxx foo bar foobar foobaz lorem ipsum hallo hola bonjour ciao schatz liebe sonne geheim schule sommer winter
amor amore motdepasse contrasena senha parola haslo correct battery staple
`);

/** The words that sentences are held together by, in English and a few more languages. */
export const glue = list(`
the of and to in a is you it that he was for on are as with his they at be this have from or had by but not what all were we when your
can said there use an each which she do how their if will up other about out many then them these so some her would make like him into
time has look more write go see no way could people my than been who now find long down day did get come made part over say after back
very just where most know our only me too i am any same us than because does tell well here why went off must its let give good never
always today life man men think again right still such own take every much before year years should through under while might
really want need got going cant dont wont isnt im youre ill ive
else everyone everything something someone nobody anything called
je tu il elle nous vous ils le la les un une des du au aux et est sont dans avec sur pour pas que qui mon ma mes ton sa ses ce cette
ich du er sie es wir ihr das die der den dem ein eine einen ist sind war und nicht mit von zu auf im am mein meine dein sein heute
yo el ella los las una unos de del en con por para mi su es son muy mas lo che di il gli nel sono non per ik een het niet op
`);

/** What everybody can say by heart, or in its order, without spaces. */
export const phrases = list(`
correcthorsebatterystaple horsebatterystaple tobeornottobe tobeornottobethatisthequestion thequickbrownfoxjumpsoverthelazydog
thequickbrownfoxjumpsoverthelazy quickbrownfox maytheforcebewithyou letitbe lettherebelight inthebeginning ourfatherwhoartinheaven
ourfatherwhichartinheaven iloveyou iloveyousomuch iloveyouforever loremipsumdolorsitamet itwasthebestoftimesitwastheworstoftimes
callmeishmael onceuponatime happilyeverafter longtimeago inagalaxyfarfaraway alongtimeagoinagalaxyfarfaraway winteriscoming
youshallnotpass iamyourfather iamgroot hastalavista illbeback houstonwehaveaproblem elementarymydearwatson carpediem cogitoergosum
venividivici ithinkthereforeiam knowledgeispower timeismoney godblessamerica godsavethequeen godsavetheking ingodwetrust
wethepeople fourscoreandsevenyearsago ihaveadream yeswecan justdoit thinkdifferent maryhadalittlelamb
maryhadalittlelambitsfleecewaswhiteassnow twinkletwinklelittlestar twinkletwinklelittlestarhowiwonderwhatyouare humptydumptysatonawall
rowrowrowyourboat happybirthdaytoyou weallliveinayellowsubmarine wearethechampions wewillrockyou alwayslookonthebrightside
alwayslookonthebrightsideoflife imagineallthepeople dontworrybehappy hakunamatata
nevergonnagiveyouup nevergonnaletyoudown allyouneedislove stairwaytoheaven bohemianrhapsody smellsliketeenspirit hotelcalifornia
theanswertolifetheuniverseandeverything theanswerisfortytwo fortytwo openthepodbaydoorshal opensesame letmein letmeinplease
thisismypassword mypasswordis mypassphraseis thisisasecret thisisaverystrongpassword changemeplease pleasechangeme
allthatglittersisnotgold romeoromeowhereforeartthouromeo thewindinthewillows onesmallstepforman onegiantleapformankind
todayisthefirstdayoftherestofyourlife liveandletlive easycomeeasygo practicemakesperfect actionsspeaklouderthanwords
anappleadaykeepsthedoctoraway betterlatethannever abirdinthehandisworthtwointhebush
januaryfebruarymarchaprilmayjunejulyaugustseptemberoctobernovemberdecember mondaytuesdaywednesdaythursdayfridaysaturdaysunday
onetwothreefourfivesixseveneightnineteneleventwelvethirteen redorangeyellowgreenblueindigoviolet
mercuryvenusearthmarsjupitersaturnuranusneptunepluto alphabravocharliedeltaechofoxtrotgolfhotelindiajulietkilolimamikenovember
alphabetagammadeltaepsilonzetaetatheta springsummerautumnwinter northsoutheastwest northeastsouthwest
januarfebruarmaerzaprilmaijunijuliaugust montagdienstagmittwochdonnerstagfreitagsamstagsonntag einszweidreivierfuenfsechssieben
lundimardimercredijeudivendredisamedidimanche lunesmartesmiercolesjuevesviernes undeuxtroisquatrecinqsixsept unodostrescuatrocinco
`);
