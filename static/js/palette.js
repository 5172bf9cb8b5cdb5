// Ctrl K: find or do. The dialog's field fetches from the address the server wrote on it.
import { find, on } from './dom.js';

on('keydown', (event) => {
  const palette = find('#palette');
  if (!palette || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
  event.preventDefault();
  if (palette.open) return palette.close();
  palette.showModal();
  find('input', palette).select();
});
// This comes a moment after the opening: what was typed by then stays, and is not selected to be typed over.
on('toggle', (event) => {
  if (event.target.id !== 'palette') return;
  const field = find('input', event.target);
  if (event.newState !== 'open') { field.defaultValue = field.value; return; }
  if (field.value === field.defaultValue) field.select();
  if (!find('[role=option]', event.target)) field.dispatchEvent(new Event('palette:opened', { bubbles: true }));
}, true);
