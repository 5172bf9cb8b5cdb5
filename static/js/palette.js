// Ctrl K: find or do. The dialog's field fetches from the address the server wrote on it.
import { find, on } from './dom.js';

on('keydown', (event) => {
  const palette = find('#palette');
  if (!palette || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
  event.preventDefault();
  if (palette.open) palette.close(); else palette.showModal();
});
on('toggle', (event) => {
  if (event.target.id !== 'palette' || event.newState !== 'open') return;
  const field = find('input', event.target);
  field.select();
  if (!find('[role=option]', event.target)) field.dispatchEvent(new Event('palette:opened', { bubbles: true }));
}, true);
