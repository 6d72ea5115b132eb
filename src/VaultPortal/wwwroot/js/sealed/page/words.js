// Common short English words, each known by its first four letters: 2,048 of them, so that one drawn evenly is 11 bits.
export const words = Object.freeze(`
able academy accent account achieve acorn across action actor adapt add address adjust admire adopt adult advance advice aerial
affair afford afloat age agenda agile agree ahead aim air airport aisle alarm album alcove alert algae alien align alley allow
almanac almond alone alpine also alter amateur amaze amber amount ample amuse anchor ancient angle animal ankle annex annual
answer antenna anthem antique antler apart appear apply apricot apron aquatic arcade arch arctic area arena argue arise armchair
aroma around arrange arrive arrow art article ascend ash aside ask aspect assist assume athlete atlas atom attach attend attic
auction audience aunt author auto avenue average avocado avoid awake award away azure bachelor bacon badger bag bagel bake balance
balcony ball bamboo band banjo bank banner banquet barber bargain bark barley barn baron base basic basket bass batch bath baton
bay bazaar beach bead beak beam bean beard beast beat beauty become bed bee beech beef beetle begin behave beige belief bell
belong belt bench bend benefit berry beside best better beyond bicycle bike bill bingo biology birch bird birth biscuit bishop bit
blade blank blaze blend blink block blond bloom blossom blouse blur blush board boat body boil bold bolt bone bonnet bonus book
boost boot border borrow bottle boulder bound bouquet bow bowl box brain brake brand brass brave bread breeze brew brick bride
brief bright bring brisk broad broccoli broken bronze brook brown brush bubble bucket bud budget buffet build bulb bull bumper
bundle burger burn bus bush busy butter buyer cabbage cabin cable cactus cafe cage cake calendar calf call calm camel camp canal
cancel candy cane canoe canvas canyon cap capable cape capital captain car caramel carbon card care cargo carnival carpet carry
cart carve cascade case cash casino castle casual cat catalog catch category cattle cave cedar ceiling cell cement center ceramic
cereal certain chain chalk chamber chance chapter charm chase chat cheap check cheddar cheek chef cherry chess chew chick chief
child chimney chin chip choir choose chunk church cider cinema cinnamon circle citizen citrus city civil claim clap clarify class
claw clay clean clever click client cliff climb clinic clip cloak clock close cloth cloud clover clown club clue cluster coach
coal coast coat cocoa code coffee coil coin cold collar color colt column comb comet comfort comic comma compact concept confirm
connect console contact convince cook cool copper copy coral cord core cork corn cosmic cost cotton couch count couple court
cousin cover cow cozy crab cradle craft crane crayon cream credit creek crest cricket crimson crisp critic crocus crop cross crowd
cruise crumb crunch crust cube cuckoo cucumber culture cup cupboard cure curious curl current curtain curve cushion custom cut
cycle cylinder daily dairy daisy dance danger daring dark dash data date daughter dawn daybreak deal dear debate decade decent
decide decorate deep defend define degree delay deliver demand denim dentist depart depend deposit depth describe desert design
desk dessert detail detect develop device dew diagram dial diary dice diesel diet differ dig digital dignity dime dinner dinosaur
diploma direct disc dish display distance dive divide dock doctor document dog doll dolphin domain domino donate donkey door dose
dot double dove dozen draft drain drama draw dream dress drift drill drink drive drop drum dry duck due duke during dusk dust duty
eager ear early earn earth ease east easy eat echo eclipse economy edge edit educate effect effort egg elastic elbow elder elect
elegant element elephant eleven elf elite elk elm embark emblem embrace emerald emotion emperor employ empty enable end endless
energy engage engine enjoy enough ensure enter entire entry envelope episode equal equip era eraser escape espresso essay essence
estate eternal event ever evidence evolve exact example except exchange exhibit exist exit exotic expand expect explain export
express extend extra eye eyebrow fable fabric face fact faculty fair faith fall fame famous fancy far farm fashion fast favor
feather fee feel fellow felt fence fertile festival fetch fever fiber fiction field fig figure file fill film filter final fine
finger finish fire firm fish fit fix flag flair flake flame flash flat flavor fleet flight flip float flock flood flora flour flow
fluffy fluid flute fly focus fog foil folk follow font food foot force forest forget fork form fort forum forward fossil found fox
fraction fragile frame freckle free freight fresh friend frog front frozen fruit fuel full fun function fund funny fur future
gadget galaxy gallon game gap garage garden garland garment gas gate gather gear gem general genius gentle genuine geology
geometry giant gift giraffe glacier glad glance glass glaze glimmer globe glory glossy glove glow glue goal goat golf goose
gorilla govern grab grace grade grain grammar grand grape grass gravy great greet grid grill grocery groove group grove grow guard
guess guide guitar gum habit hair half hall ham hammer hamster hand happen harbor hard harmony harness harvest hat hawk hay hazel
head health heap hear heat heavy hedge height helium helmet help hen herald herb herd hero hidden high hike hill hint hippo
history hobby hold hole holiday holly honey honor hood hoof hook hoop hope horizon horn horse hose host hotel hour house hub hug
human humble hungry hurry hut hybrid hydrogen ice icicle icon idea identify igloo image impact import improve inch include income
indigo indoor industry inform inhale initial ink inland inner input inside inspect install interest invent invite iron island isle
item itself ivory ivy jacket jade jaguar jam jar jasmine java jazz jeans jelly jersey jet jewel jigsaw jingle job jog join joke
jolly journal joy judge juggle juice jumbo jump junction jungle junior justice kangaroo karate kayak keen keep kennel kettle key
kick kid kidney kilo kin kind king kitchen kite kitten kiwi knee knife knight knit knock koala label labor ladder lady lake lamb
land lane language lantern lap laptop large laser late latitude laugh launch laurel lava lavender law lawn layer layout lazy lead
leaf league lean learn leather leave lecture left leg legal legend leisure lemon lend length lens leopard lesson letter level
liberty library license lid lift light lilac lily limit line link lip liquid list liter litmus live load lobster local lock lodge
lofty log logic lollipop loop loose lord lotion lotus lounge lower loyal lullaby lunch luxury machine magazine magic magnet magpie
mahogany mail main major mammal mango manor mansion manual maple marathon marble marina market marmot maroon mask mass mat match
material matter maximum maybe mayor meadow meal mean measure medal media meet mellow melon melt member memory mentor menu mercury
merge mermaid merry message metal meter method metro middle midnight mighty mild mile milk mill mind mineral minimum minnow minor
mint minute miracle mirror mitten mixture moat mobile model module molar mole moment monitor monk month moose moral morning mosaic
moss motel moth motion motor mount mouse mouth move movie muffin mug mulberry mule multiply museum mushroom music mystery myth
nail name napkin narrow nation nature navigate navy near neat neck needle neighbor neon nest net network neutral news newt next
nibble nice nickel night nimble noble noise noodle noon normal north nose notable note nothing notice novel nugget number nurse
nut oak oar oasis oat oath object oblong oboe observe obvious occasion ocean octopus odd offer often oil olive omelet omit once
onion online opal open opera opinion option oral orbit orchid order organ orient origin ostrich otter outcome outdoor outer outfit
outline output outside oval oven overcoat owl owner oxygen pace pack paddle page pail paint pair pajamas palace palette palm pan
pancake panda panel panic pantry paper parade parent park parrot party passage past patch path patio pattern pause pavilion paw
payment pea peace peak peanut pear pebble pecan peek pelican pen pencil penguin penny perfect perhaps period permit person petal
phantom phase pheasant phone photo phrase physics piano pick picnic picture pie piece pier pillar pilot pin pine pink pint pioneer
pipe pixel pizza place plain plan plaster plate play plaza pledge plenty plot plow plug plume plural plus pocket poem poet point
polar pole police polo pond pony pool popular port pose position possible post pot potato pottery powder power practice praise
predict prefer prepare press pretty prevent price pride prime print prize problem process produce profit program project prompt
proof proper protect proud provide pudding pull pulp pulse puma pump punch pupil puppy purchase pure purpose purse push puzzle
pyramid python quaint quality quantity quartz queen query quest queue quick quiet quilt quiz quote rabbit race racket radar radio
raft rail rain raise ranch random range rapid rare rate ratio raven raw ray razor reach read real reason recall recent recipe
record recruit recycle reduce reef reel refer reflect reform refresh regard region regular rejoice relax release relief rely
remain remember remind remote render renew rent repair repeat reply report request rescue reserve resist resort respect rest
result retail retire return reveal review reward rhyme rhythm ribbon rice rich riddle ride ring ripe ripple rise ritual river road
roast robe robin robot robust rock role roll roof room rooster rope rose rotate rough round route row royal rubber ruby rug rugby
rule run runner rush rye saddle safari saga sage sail salad sale salmon salt salute sand sapphire saturn sauce sausage save scale
scan scarf scatter scene scheme school science scissors scoop scope score scramble screen script scroll scrub sea seal search
season seat sector seed seek segment select sell semester senior sense sentence separate sequence series serve session settle
several sew shade shake shampoo shape share shed sheep shelf shield shift shine ship shirt shock shoe shop shore shout shovel show
shrimp shuffle shut shy side sift sight sign silent silk silly silo similar simple since sing sink sit site size skate sketch ski
skill skin skip skirt sky skyline slab slam sled sleep slender slice slide slight slim slip slot slow small smart smile smoke
smooth snack snake snap sneaker sneeze snore snow snug soap social sock soda sofa soft soil solar sole solid solution solve sonata
song soon sort soul sound soup source south space spade spare speak special speed spell spend sphere spice spider spin spiral
splash splendid split sponge spoon sport spot spray spread sprint sprout spruce spur square squeeze squirrel stack stadium staff
stage stair stake stamp stand start state stay steak steel stem step stereo steward stick stir stitch stock stone stool stop store
stove straw stream strict stroll study stuff style subject submit subway succeed sudden sugar suggest suit summit sun sunny
sunrise sunset super supper sure surface surgeon surprise surround survey sushi suspend swallow swan swap sway sweater sweep swift
swim swing switch sword symbol symphony syrup table tackle tail talent talk tall tango tank tape target task taste tax taxi tea
teach team teapot tear telegram tempo tenant tender tenor tent term terrain text thank theater theme theory thin third thought
thread thrill throat thumb thunder ticket tide tidy tie tile till timber timid tin tiny tip tire tissue title toad toast toffee
together token tomato tomorrow tone tongue tonic tool tooth top topic torch total touch tough tour towel town toy trace trade
traffic trail tram transit travel tray treat tree trek trend trial tribe trick trigger trim trio trip trolley trophy trot trousers
truck true trumpet trunk trust truth tub tuba tube tuck tugboat tulip tumble tuna tune tunnel turf turkey turn turret turtle
twelve twenty twice twig twilight twin twirl twist type typical ultra umbrella umpire uncle undergo uniform union unique unit
universe unlock until unusual unveil update upgrade uphill uplift upper upright upset upstairs upward urban urgent usage useful
usual vacation vaccine vacuum valid valley value valve van vanish variety vase vector vegan vehicle veil velvet venture verb
verify verse vertical vessel vest vibrant victory video view villa vine vintage vinyl violin virtue visa visit visual vital vivid
vocal voice volcano volley volume vote voyage wade waffle wagon waist wait wake walk wall wander wardrobe warm wash watch water
wave wax wealth weather weave web wedding week weigh west wet whale wheat wheel whisper whole wide wife wild willow win wind wing
winner wire wise wish wonder wood wool word world worm worry worth wrap wren wrist yard yarn yes yoga yogurt yolk young youth yowl
zany zebra zero zest zigzag zinc zipper zone zoo zoom
`.trim().split(/\s+/));
