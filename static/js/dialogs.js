// data-open="#id" opens a dialog; where it stands on a link, the link works without scripts.
import { find, on } from './dom.js';

on('click', (event) => {
  const opener = event.target.closest('[data-open]');
  const dialog = opener && find(opener.dataset.open);
  if (dialog?.showModal && !event.ctrlKey && !event.metaKey) { event.preventDefault(); dialog.showModal(); }
  if (event.target.closest('[data-close]') || event.target.matches('dialog[open]')) event.target.closest('dialog')?.close();
});
