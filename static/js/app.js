// Everything here only shortens what links and forms already do.
import './appearance.js';
import './combobox.js';
import './copy.js';
import './dialogs.js';
import './filedrop.js';
import './filters.js';
import './keys.js';
import './menu.js';
import './palette.js';
import './paste.js';
import './quantity.js';
import './savebar.js';
import './scanning.js';
import './sync.js';
import './table.js';
import './toast.js';
import './waiting.js';
