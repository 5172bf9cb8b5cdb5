"""Stationery, the seasons, toys, wear and bags."""

# fmt: off
from jobs.demo.catalogue.family import family as f

PAPER = (
    f("Writing", "notebook", "Notebook, A5", "ruled, charcoal|ruled, brick|plain, natural|dotted, sage|dotted, teal|squared, cobalt|gardener's diary|ruled, plum|plain, moss", 465, "10x6", 260, "charcoal brick natural sage teal cobalt moss", "Sewn, lies flat, 160 pages.", step=2),
    f("Writing", "pens", "Pens and pencils", "pencils, cedar, 6|pencils, coloured, 12|fineliner, set|brass ballpoint|rollerball, black|chalk pens, 4", 325, "12x6", 90, "natural mustard charcoal cobalt", "Worth sharpening.", step=10),
    f("Writing", "pencil_pot", "Pencil pot", "enamel, cream|enamel, sage|oak|terracotta|cork", 390, "8x6", 210, "cream sage natural terracotta", "For pens, whisks or cutlery.", step=6),
    f("Writing", "envelopes", "Envelopes, pack of 50", "C6, white|C6, kraft|C5, kraft|C6, sage|C6, blush|square, cream", 285, "10x6", 340, "cream natural sage blush", "Peel and seal.", step=4),
    f("Cards and wrap", "greeting_card", "Greeting card", "birthday, foxglove|birthday, robin|thank you|new home|new baby|sympathy|blank, meadow|blank, coast|wedding|birthday, hare|new job|good luck", 82, "12x12", 18, "berry teal mustard moss blush plum sage cobalt cream", "Letterpress on cotton board, kraft envelope.", step=1),
    f("Cards and wrap", "wrapping_paper", "Wrapping paper, sheet", "kraft|botanical|stripe, brick|dots, cobalt|woodland|bees|stars|ferns", 68, "25x8", 40, "natural moss brick cobalt terracotta mustard plum", "Recycled and recyclable, 50 by 70 cm.", step=2),
    f("Cards and wrap", "ribbon", "Ribbon, 10 m", "satin, brick|satin, moss|grosgrain, cobalt|velvet, berry|cotton, natural|raffia", 265, "12x8", 70, "brick moss cobalt berry natural", "On a card reel.", step=4),
    f("Cards and wrap", "gift_tags", "Gift tags, pack of 10", "kraft|cream|stars|botanical|robin|foil|holly", 148, "12x10", 30, "natural cream mustard moss brick", "With cotton string.", step=3),
    f("Cards and wrap", "gift_box", "Gift box", "small, kraft|medium, kraft|large, kraft|sage, set of three|brick, set of three|hamper", 155, "12x5", 180, "natural sage brick", "Delivered flat.", step=16),
    f("Desk", "calendar", "Calendar", "wall, botanical|wall, family|desk, letterpress|perpetual, oak|advent, village", 545, "10x4", 320, "moss terracotta cream natural brick", "Printed in Yorkshire.", step=7),
    f("Desk", "stickers", "Stickers, sheet of 24", "bees|garden labels|stars|thank you|jam jars|children's names", 138, "12x12", 15, "mustard moss cobalt blush brick teal", "Come off glass without a trace.", step=2),
)

SEASON = (
    f("Christmas", "bauble", "Glass bauble, 8 cm", "brick|moss|cobalt|mustard|clear, seed heads|blush|charcoal|plum|teal", 245, "12x6", 60, "brick moss cobalt mustard cream blush charcoal plum", "Mouth blown, capped in brass.", step=2),
    f("Christmas", "wreath", "Wreath", "spruce, 30 cm|spruce, 45 cm|eucalyptus|berry|dried flower|willow base|pine cone", 1180, "4x3", 640, "moss berry sage natural", "Made to hang outside all December.", step=9),
    f("Christmas", "string_lights", "String lights", "20, warm|40, warm|100, warm|festoon, 10|solar, 50|battery, 20, copper", 720, "6x6", 240, "mustard charcoal moss", "LED, with a timer.", step=16),
    f("Parties", "bunting", "Bunting, 5 m", "cotton, stripe|cotton, florals|linen, natural|happy birthday|union|felt, pastel", 645, "6x6", 190, "cobalt berry natural mustard brick blush", "Stitched both sides, washes and comes out again.", step=4),
    f("Toys", "bear", "Bear", "small, natural|medium, natural|large, natural|knitted, brick|knitted, moss|corduroy, plum|knitted, cobalt", 890, "4x6", 310, "natural brick moss plum", "Embroidered eyes, tested from birth.", step=14),
    f("Toys", "train", "Wooden train", "engine, brick|engine, cobalt|three carriages|alphabet|track, 12 pieces", 780, "4x6", 420, "brick cobalt mustard natural moss", "Beech and water-based paint.", step=13),
    f("Toys", "blocks", "Building blocks", "16, painted|30, painted|50, natural|alphabet|stacking ring", 990, "4x4", 890, "mustard brick natural cobalt teal", "Sanded round at every corner.", step=15),
    f("Toys", "spinning_top", "Spinning top", "brick|cobalt|mustard|tin, classic", 285, "12x6", 80, "brick cobalt mustard teal", "Spins for a minute on a good day.", step=8),
)

WEAR = (
    f("Bags", "tote_bag", "Tote bag", "canvas, natural|canvas, charcoal|canvas, sage|stripe, cobalt|print, bees|print, allotment|waxed, moss|jute, large|canvas, brick", 565, "6x8", 210, "natural charcoal sage cobalt mustard moss", "Ten-ounce canvas, handles to the shoulder.", step=4),
    f("Bags", "handbag", "Shoulder bag", "canvas, brick|canvas, teal|wool, charcoal|wool, plum|waxed, moss", 1890, "2x6", 540, "brick teal charcoal plum moss", "Lined, zipped, one pocket for keys.", step=5),
    f("Bags", "purse", "Purse", "leather, tan|leather, berry|leather, charcoal|canvas, sage|coin, teal", 1090, "4x8", 120, "natural berry charcoal sage teal", "Vegetable-tanned.", step=3),
    f("Bags", "wallet", "Wallet", "leather, tan|leather, charcoal|leather, moss|card holder, cobalt|travel, brick", 1190, "4x8", 110, "natural charcoal moss cobalt brick", "Six cards, notes and a ticket.", step=4),
    f("Bags", "keyring", "Keyring", "brass, bee|brass, key|leather, tan|leather, moss|rope knot|bottle opener", 268, "12x10", 40, "mustard natural moss cobalt charcoal", "Split ring that will not open by itself.", step=5),
    f("Wear", "scarf", "Scarf", "lambswool, moss|lambswool, brick|lambswool, slate|cotton, blush|cotton, cobalt|check, mustard|check, plum|lambswool, teal", 1490, "4x6", 180, "moss brick slate blush cobalt mustard plum", "Woven in Yorkshire.", step=2),
    f("Wear", "socks", "Socks", "walking, moss|walking, slate|bed, blush|boot, mustard|bamboo, cobalt|bamboo, charcoal|children's, stripes|walking, brick", 485, "6x10", 90, "moss slate blush mustard cobalt charcoal brick", "Hand-linked toes.", step=2),
    f("Wear", "umbrella", "Umbrella", "folding, charcoal|folding, teal|walking, moss|walking, brick|clear|children's, mustard", 1250, "4x6", 480, "charcoal teal moss brick cream mustard", "Fibreglass ribs that turn out and back.", step=5),
)
