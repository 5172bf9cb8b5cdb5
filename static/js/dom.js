// Shared by every behaviour: short names, and the words the server translated for us.
export const find = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const on = (type, act, options) => document.addEventListener(type, act, options);
export const typing = (element) => element.matches?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
export const shown = (element) => element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
export const word = (name) => find('#toasts')?.dataset[name] ?? '';
export const remember = (name, value) => {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
};
