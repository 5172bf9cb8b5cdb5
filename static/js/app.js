// Everything here only shortens what links and forms already do.
import './buttons.js';
import './combobox.js';
import './forms.js';
import './keys.js';
import './menu.js';
import './quantity.js';
import './scanning.js';
import './table.js';
import './waiting.js';
