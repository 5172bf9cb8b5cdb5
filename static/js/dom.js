// Shared by every behaviour: short names, the words the server translated for us, and toasts.
export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const on = (type, act, options) => document.addEventListener(type, act, options);
export const typing = (element) => element.matches?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
export const shown = (element) => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
export const word = (name) => find('#toasts')?.dataset[name] ?? '';
export const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
};

// A toast leaves after seven seconds unless it is pointed at, focused or an error.
const STAY = 7000;
const leaving = new WeakSet();

const schedule = (toast) => {
  if (leaving.has(toast) || toast.dataset.tone === 'bad') return;
  leaving.add(toast);
  const leave = () => { if (toast.matches(':hover, :focus-within')) setTimeout(leave, 2000); else toast.remove(); };
  setTimeout(leave, STAY);
};
const scheduleAll = () => all('#toasts .toast').forEach(schedule);

export const toast = (text, tone = '') => {
  const note = document.createElement('div');
  note.className = 'toast';
  note.dataset.tone = tone;
  note.textContent = text;
  find('#toasts')?.append(note);
  scheduleAll();
  return note;
};

on('click', (event) => { if (event.target.closest('.toast [data-dismiss]')) event.target.closest('.toast').remove(); });
scheduleAll();
on('htmx:after:swap', scheduleAll);
