// Keys: Ctrl K find or do, / search, J K next and previous, X select, Ctrl Enter the page's main action, ? the list of keys.
// A control with data-key="n" is pressed by N. Single letters rest while you type and when switched off.
import { all, find, on, shown, typing } from './dom.js';

const off = () => document.documentElement.dataset.keys === 'off';
const rows = () => all('[data-rows] > tr, [data-rows] > li, [data-rows] > [data-line]').filter(shown);
const go = (step) => {
  const link = find(`[data-key="${step > 0 ? 'j' : 'k'}"]`);
  if (link) return link.click();
  const list = rows();
  const at = list.findIndex((row) => row.hasAttribute('data-current'));
  const next = list[Math.max(0, Math.min(list.length - 1, at + step))];
  list[at]?.removeAttribute('data-current');
  next?.setAttribute('data-current', '');
  next?.querySelector('a, button, input')?.focus();
};
const act = {
  j: () => go(1),
  k: () => go(-1),
  x: () => find('[data-rows] > [data-current] [data-select]')?.click(),
  '?': () => find('#keys')?.showModal(),
  '/': () => { const field = all('[role=search] input').find(shown); field?.focus(); field?.select(); },
};

on('keydown', (event) => {
  if (event.key === 'Escape' && event.target.matches?.('[data-revert]')) { event.target.value = event.target.defaultValue; event.target.isTyped = false; }
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
    const form = find('form[data-primary]');
    if (!form) return;
    document.activeElement.blur(); // what is being typed counts
    return form.requestSubmit();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || off() || typing(event.target) || find('dialog[open]')) return;
  const key = event.key.toLowerCase();
  const control = all(`[data-key="${CSS.escape(key)}"]`).find(shown);
  if (control) { event.preventDefault(); control.click(); } else if (act[key]) { event.preventDefault(); act[key](); }
});

// Ctrl K: the dialog's field fetches from the address the server wrote on it.
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
