// What buttons do: open and close dialogs, copy, set the theme and the row height.
import { all, find, on, remember, toast, word } from './dom.js';

// data-open="#id" opens a dialog; where it stands on a link, the link works without scripts.
on('click', (event) => {
  const opener = event.target.closest('[data-open]');
  const dialog = opener && find(opener.dataset.open);
  if (dialog?.showModal && !event.ctrlKey && !event.metaKey) { event.preventDefault(); dialog.showModal(); }
  if (event.target.closest('[data-close]') || event.target.matches('dialog[open]')) event.target.closest('dialog')?.close();
});

// data-copy="text" puts the text on the clipboard and says so.
on('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(word('copied'));
});

// Theme and row height: kept in cookies, so the server renders them.
const press = (name, chosen) => all(`[data-set-${name}]`).forEach((button) => {
  button.setAttribute('aria-pressed', button.getAttribute(`data-set-${name}`) === chosen);
});

on('click', (event) => {
  for (const name of ['theme', 'density']) {
    const button = event.target.closest(`[data-set-${name}]`);
    if (!button) continue;
    const chosen = button.getAttribute(`data-set-${name}`);
    document.documentElement.dataset[name] = chosen;
    remember(name, chosen);
    press(name, chosen);
  }
});
