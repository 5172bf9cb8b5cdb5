"""Kitchen, table, home and fragrance."""

# fmt: off
from jobs.demo.catalogue.family import family as f

KITCHEN = (
    f("Enamel and china", "mug", "Enamel mug, 350 ml", "cobalt rim|charcoal rim|sage|cream|brick|moss|mustard|teal|blush|plum", 356, "12x4", 190, "cobalt charcoal sage cream brick moss mustard teal", "Two coats on steel, for the stove and the camp fire.", step=1),
    f("Enamel and china", "plate", "Dinner plate, 26 cm", "stoneware, cream|stoneware, slate|stoneware, sage|stoneware, blush|enamel, cobalt rim|side plate, cream|side plate, sage|stoneware, charcoal", 545, "6x6", 780, "cream slate sage blush cobalt", "Glazed by hand, safe in oven and machine.", step=3),
    f("Enamel and china", "bowl", "Bowl", "cereal, cream|cereal, slate|serving, teal|serving, mustard|ramen, charcoal|dip, set of four|salad, sage", 475, "6x6", 560, "cream slate teal mustard charcoal", "Deep enough for soup.", step=9),
    f("Enamel and china", "jug", "Jug", "0.5 L, cream|1 L, cream|1 L, teal|1.5 L, cobalt|milk, blush|enamel, 1 L|1 L, charcoal", 685, "4x6", 720, "cream teal cobalt blush", "Pours without a drip.", step=8),
    f("Enamel and china", "teapot", "Teapot", "two cup, cream|four cup, cream|four cup, teal|four cup, charcoal|cast iron, 0.8 L|enamel, 1.2 L", 1290, "2x6", 980, "cream teal charcoal cobalt", "With a steel basket for leaf.", step=9),
    f("Glass and jars", "glass", "Tumbler", "clear, 250 ml|clear, 350 ml|recycled, green|recycled, smoke|highball|wine, stemless|recycled, blue", 238, "12x4", 280, "teal cream moss charcoal", "Pressed glass that stacks.", step=7),
    f("Glass and jars", "storage_jar", "Storage jar", "clip top, 0.5 L|clip top, 1 L|clip top, 2 L|cork, 0.7 L|ceramic, tea|ceramic, coffee|ceramic, biscuits|clip top, 3 L", 425, "6x6", 610, "natural cream slate", "Seals with a rubber ring that can be bought again.", step=10),
    f("Glass and jars", "bottle", "Bottle", "swing top, 0.5 L|swing top, 1 L|oil, 0.5 L|steel, 0.5 L, sage|steel, 0.5 L, charcoal|carafe", 365, "6x6", 480, "teal moss sage charcoal", "Thick glass, china stopper.", step=9),
    f("Tools", "board", "Chopping board", "oak, small|oak, large|olive wood|beech, end grain|bread, acacia|cheese, slate|beech, handled", 1080, "4x4", 1100, "natural terracotta slate", "Oiled once by us, then by you.", step=14),
    f("Tools", "rolling_pin", "Rolling pin", "beech|French, tapered|marble|children's|springerle", 590, "6x6", 640, "natural cream", "Turned true.", step=12),
    f("Tools", "whisk", "Whisk", "balloon, 20 cm|balloon, 30 cm|flat|mini|birch twig", 295, "12x6", 90, "slate natural", "Steel wire, wooden handle.", step=8),
    f("Tools", "cutlery", "Cutlery set, 16 pieces", "steel|brushed gold|black|oak handled|children's, 4 pieces", 2390, "2x4", 980, "slate mustard charcoal natural", "Settings for four in a box.", step=9),
    f("Linen", "tea_towel", "Tea towel", "linen, natural|linen, sage|stripe, cobalt|stripe, brick|check, charcoal|print, bees|print, allotment|waffle, cream|linen, charcoal|print, herbs", 415, "6x10", 110, "natural sage cobalt brick charcoal mustard moss cream", "Washed once so that it dries at once.", step=1),
    f("Linen", "apron", "Apron", "denim|linen, sage|linen, charcoal|canvas, natural|waxed, moss|children's, blush|half, cobalt|linen, brick", 1190, "4x6", 320, "cobalt sage charcoal natural moss blush", "Cross back, one deep pocket.", step=3),
    f("Linen", "oven_mitt", "Oven gloves", "double, stripe|single, sage|single, charcoal|leather|quilted, blush", 640, "6x6", 240, "cobalt sage charcoal natural blush", "Lined with cotton felt.", step=6),
)

HOME = (
    f("Candles and scent", "candle", "Scented candle", "fig leaf|sea salt|wood smoke|rhubarb|orange and clove|lavender|tomato leaf|unscented, large|fir and bay|beeswax", 795, "6x6", 380, "moss teal charcoal blush terracotta plum sage cream", "Rapeseed wax, forty hours, in a glass to keep.", step=1),
    f("Candles and scent", "dinner_candles", "Dinner candles, box of 4", "ivory|moss|brick|slate|blush|mustard|beeswax|sage", 335, "12x4", 290, "cream moss brick slate blush mustard", "Dipped, dripless, seven hours.", step=2),
    f("Candles and scent", "diffuser", "Reed diffuser", "fig leaf|sea salt|wood smoke|rhubarb|lavender|orange and clove", 1085, "6x4", 310, "moss teal charcoal blush plum terracotta", "Twelve weeks on a hall table.", step=0),
    f("Candles and scent", "soap", "Soap bar", "olive and bay|oat|sea kelp|rose geranium|pine tar|unscented|gardener's, with grit|lemon and thyme", 218, "12x8", 110, "moss natural teal blush charcoal cream", "Cold pressed, wrapped in paper.", step=2),
    f("Candles and scent", "lantern", "Lantern", "small, black|medium, black|large, black|brass|galvanised|tea light, set of three", 990, "4x4", 860, "charcoal mustard slate", "Glazed on four sides, ring to hang.", step=15),
    f("Textiles", "cushion", "Cushion, 45 cm", "linen, sage|linen, charcoal|velvet, mustard|velvet, teal|velvet, plum|stripe, cobalt|boucle, cream|outdoor, moss|linen, natural|wool, brick", 1280, "4x4", 520, "sage charcoal mustard teal plum cobalt cream moss", "Feather filled, hidden zip.", step=2),
    f("Textiles", "throw", "Throw", "wool, natural|wool, moss|wool, brick|cotton, waffle|recycled, slate|recycled, mustard|picnic, waterproof|wool, teal", 2180, "2x6", 980, "natural moss brick cream slate mustard teal", "130 by 180 cm with a twisted fringe.", step=4),
    f("Textiles", "door_mat", "Door mat", "coir, plain|coir, striped|coir, hello|rubber edge|half round|boot scraper", 890, "4x4", 1900, "natural charcoal terracotta", "Thick coir on a backing that stays put.", step=7),
    f("Decoration", "vase", "Vase", "bud, teal|bud, blush|stoneware, cream|stoneware, charcoal|recycled glass, tall|fluted, mustard|jug vase, sage|bud, plum", 780, "4x6", 690, "teal blush cream charcoal moss mustard sage", "Thrown, so no two are quite the same.", step=8),
    f("Decoration", "frame", "Picture frame", "oak, 10 x 15|oak, A4|oak, A3|black, A4|brass, 10 x 15|cream, A4", 695, "6x4", 540, "natural charcoal mustard cream", "Real glass, stands both ways.", step=9),
    f("Decoration", "clock", "Wall clock", "station, 30 cm|oak, 25 cm|enamel, cream|enamel, sage|kitchen, brick|alarm, brass", 1890, "2x4", 820, "charcoal natural cream sage brick mustard", "Quiet sweep movement.", step=5),
)
