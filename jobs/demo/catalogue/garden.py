"""Garden and hardware."""

# fmt: off
from jobs.demo.catalogue.family import family as f

GARDEN = (
    f("Hand tools", "trowel", "Hand trowel", "ash handle|beech handle|narrow blade, ash|stainless, ash|copper finish|long reach, 40 cm|children's, painted|bulb planting, ash", 486, "6x8", 240, "slate natural terracotta", "Forged head and a waxed handle that sits well in the palm."),
    f("Hand tools", "fork", "Hand fork", "ash handle|beech handle|three tine, stainless|copper finish|long reach, 40 cm|children's, painted|weeding, narrow", 520, "6x8", 260, "slate natural terracotta", "Three forged tines for loosening and planting out."),
    f("Hand tools", "hand_rake", "Hand rake", "ash handle|five tine|stainless, ash|long reach, 40 cm|children's, painted", 495, "6x8", 230, "slate moss natural", "For levelling beds and clearing between rows."),
    f("Hand tools", "secateurs", "Secateurs", "bypass, 200 mm|bypass, 215 mm|anvil, 200 mm|ratchet|flower snips|left-handed, 200 mm|Japanese steel, 180 mm|snips, left-handed", 890, "6x6", 280, "brick moss charcoal", "Carbon steel blades, spring and blade can be replaced."),
    f("Hand tools", "dibber", "Dibber", "oak, brass tip|beech|steel tip, T handle|marked in centimetres|bulb planter", 336, "10x6", 190, "natural terracotta", "Turned from one piece, marked for depth."),
    f("Hand tools", "sieve", "Garden sieve", "ash rim, 6 mm|ash rim, 9 mm|galvanised, 6 mm|galvanised, 12 mm", 940, "4x6", 620, "natural slate", "Bent rim and woven wire, for compost and seed beds.", step=8),
    f("Twine, labels and storage", "twine", "Jute twine, 150 m", "natural|moss|terracotta|charcoal|blush|mustard|tarred|on a wooden spool|sage|plum", 122, "12x12", 320, "natural moss terracotta charcoal blush mustard", "Three-ply jute that ties soft and rots away on the compost.", step=3),
    f("Twine, labels and storage", "plant_labels", "Plant labels", "slate, pack of 10|zinc, pack of 10|birch, pack of 24|copper, pack of 10|bamboo, pack of 30|terracotta, pack of 6|oak, pack of 12", 395, "8x6", 180, "slate natural terracotta", "Take pencil or paint pen and stand a winter outside."),
    f("Twine, labels and storage", "tin", "Seed tin with dividers", "sage|cream|charcoal|terracotta|cobalt|blush", 895, "4x6", 540, "sage cream charcoal terracotta cobalt blush", "A hinged tin with twelve monthly dividers.", step=2),
    f("Twine, labels and storage", "basket", "Trug basket", "willow, small|willow, medium|willow, large|chestnut|wire, galvanised|seagrass, round|seagrass, with lid", 1180, "2x6", 700, "natural slate", "Light enough to carry all morning.", step=14),
    f("Seeds and bulbs", "seed_packets", "Seed packets", "herb mix|salad leaves|cottage garden mix|sunflower, giant|sweet pea|bee mix|tomato, heritage|chilli, mild|wild flower mix|basil, Genovese|carrot, early|nasturtium", 118, "10x10", 12, "moss berry mustard plum", "Tested for germination, sown for two seasons.", step=2, tax="zero"),
    f("Seeds and bulbs", "bulbs", "Spring bulbs", "tulip, mixed, 25|narcissus, 20|crocus, 40|allium, 10|snowdrop, 30|hyacinth, blue, 10|anemone, 25|muscari, 40", 365, "6x6", 420, "berry mustard plum cobalt", "Top size bulbs in a paper bag with planting notes.", step=5),
    f("Seeds and bulbs", "seed_tray", "Seed tray", "full size|half size|24 cells|40 cells|with lid|bamboo fibre", 96, "20x5", 160, "charcoal moss", "Stiff enough to lift when wet."),
    f("Pots and watering", "plant_pot", "Plant pot", "terracotta, 10 cm|terracotta, 14 cm|terracotta, 20 cm|glazed, teal, 14 cm|glazed, cream, 14 cm|glazed, charcoal, 20 cm|fluted, blush, 16 cm|with saucer, 12 cm|glazed, sage, 14 cm|terracotta, 26 cm", 188, "12x4", 520, "terracotta teal cream charcoal blush", "Fired hot enough for frost, with one hole below.", step=13),
    f("Pots and watering", "watering_can", "Galvanised watering can", "9 L|5 L|indoor, 1.5 L|painted sage, 5 L|painted mustard, 5 L|copper, indoor, 1 L|painted cobalt, 5 L", 1070, "2x6", 1400, "slate sage mustard terracotta", "Welded seams and a brass rose that comes off."),
    f("Pots and watering", "hose", "Garden hose", "15 m|25 m|50 m|soaker, 15 m|with brass fittings, 20 m", 1490, "2x4", 2600, "moss teal", "Braided wall that does not kink.", step=18),
    f("Pots and watering", "potted_plant", "Potted herb", "basil|mint|rosemary|thyme|sage|lavender|parsley|chives|oregano", 240, "6x4", 650, "moss sage plum", "Grown in peat-free compost, ready for the sill.", step=2, tax="zero"),
    f("Wear", "gloves", "Hide gloves", "tan, S|tan, M|tan, L|olive, S|olive, M|olive, L|slate, M|slate, L", 665, "6x6", 140, "natural moss slate", "Soft hide palm, cotton back, wrist that keeps soil out.", step=1),
    f("Wear", "kneeler", "Kneeler", "moss|charcoal|blush|terracotta|memory foam, slate|sage", 780, "4x6", 410, "moss charcoal blush terracotta slate", "Wipes clean and hangs on its own handle.", step=3),
    f("Wildlife", "bird_feeder", "Bird feeder", "cedar|seed tube, 30 cm|nut feeder|window|squirrel-proof|ground tray|suet, hanging", 635, "4x6", 690, "natural terracotta moss", "Opens from the top for filling and cleaning.", step=11),
    f("Wildlife", "nest_box", "Nest box", "32 mm hole|28 mm hole|open front|bee hotel|bat box|painted sage|painted cobalt", 845, "4x4", 1100, "natural moss sage cobalt", "Untreated cedar, screws not staples."),
)

HARDWARE = (
    f("Hand tools", "hammer", "Claw hammer", "16 oz, hickory|20 oz, hickory|16 oz, steel|pin hammer, 4 oz|club hammer, 2 lb", 985, "4x6", 640, "natural brick charcoal", "Forged in one piece, wedged handle."),
    f("Hand tools", "screwdriver", "Screwdriver", "PH1|PH2|PZ2|slotted, 5 mm|slotted, 8 mm|stubby, PZ2|set of six", 310, "10x6", 120, "mustard brick cobalt", "Chrome vanadium, magnetic tip.", step=9),
    f("Hand tools", "hand_saw", "Hand saw", "tenon, 250 mm|universal, 500 mm|pruning, folding|fret saw|pull saw", 1090, "4x5", 420, "natural brick", "Hardened teeth, straight out of the sleeve.", step=9),
    f("Hand tools", "tape_measure", "Tape measure", "3 m|5 m|8 m|10 m|cloth, 20 m", 345, "10x6", 210, "mustard charcoal brick", "Class II tape with a true zero hook.", step=16),
    f("Fixings", "screws_box", "Wood screws, box of 200", "3.5 x 25|4 x 30|4 x 40|4 x 50|5 x 60|5 x 80|6 x 100|brass, 3.5 x 25|stainless, 4 x 40", 398, "10x5", 900, "slate mustard", "Countersunk, waxed thread, bit in the box.", step=7),
    f("Fixings", "hinge", "Butt hinge, pair", "50 mm, steel|75 mm, steel|100 mm, steel|75 mm, brass|100 mm, brass|tee, 300 mm", 176, "20x5", 160, "slate mustard", "With screws.", step=14),
    f("Fixings", "padlock", "Padlock", "30 mm, brass|40 mm, brass|50 mm, brass|weatherproof, 40 mm|combination|keyed alike, pair|long shackle, 40 mm", 540, "6x8", 250, "mustard charcoal", "Hardened shackle, three keys.", step=12),
    f("Fixings", "coat_hooks", "Coat hook on oak", "double|triple|five hooks|single, brass|single, black|rail, 60 cm", 560, "6x4", 480, "natural charcoal mustard", "Cast hooks on oiled oak, fixings hidden.", step=15),
    f("Paint and light", "paint_brush", "Paint brush", "25 mm|38 mm|50 mm|75 mm|sash, 20 mm|set of five|radiator, 35 mm", 215, "12x6", 110, "natural charcoal", "Holds paint, sheds no bristle.", step=13),
    f("Paint and light", "paint_tin", "Chalk paint, 750 ml", "sage|slate|cream|terracotta|cobalt|blush|moss|mustard|charcoal|plum", 1240, "4x4", 1150, "sage slate cream terracotta cobalt blush moss mustard", "One coat on wood without sanding.", step=0),
    f("Paint and light", "light_bulb", "Filament lamp, LED", "E27, 4 W|E27, 7 W|E14, 4 W|globe, 95 mm|edison, squirrel cage|smoked", 385, "10x6", 60, "mustard charcoal", "Warm white, dims with the usual dimmers.", step=11),
    f("Paint and light", "torch", "Torch", "pocket|150 m beam|head torch|lantern, rechargeable|wind-up|lantern, hand-cranked", 690, "6x6", 180, "charcoal mustard brick", "Aluminium body, runs on common cells.", step=15),
    f("Household", "brush", "Bristle brush", "yard, 45 cm|hand, soft|scrubbing|dish, beech|bottle|cobweb, long", 445, "12x4", 320, "natural terracotta moss", "Bristle set in beech."),
    f("Household", "dustpan", "Dustpan and brush", "galvanised|enamel, cream|enamel, sage|enamel, charcoal|long handled", 890, "4x6", 620, "slate cream sage charcoal", "A lip that meets the floor.", step=4),
    f("Household", "rope", "Rope, 10 m", "sisal, 8 mm|manila, 12 mm|cotton, 6 mm|hemp, 8 mm|washing line|jute, 10 mm", 420, "8x4", 640, "natural slate", "Whipped ends.", step=8),
)
