// The save bar appears with the first change; leaving with changes asks first.
import { find, on, word } from './dom.js';

const formOf = (event) => event.target.closest?.('form[data-save-bar]');
const dirty = () => find('form[data-save-bar][data-dirty]');

on('input', (event) => formOf(event)?.setAttribute('data-dirty', ''));
on('change', (event) => formOf(event)?.setAttribute('data-dirty', ''));
on('reset', (event) => formOf(event)?.removeAttribute('data-dirty'));
on('submit', (event) => formOf(event)?.removeAttribute('data-dirty'));
addEventListener('beforeunload', (event) => { if (dirty()) event.preventDefault(); });
on('htmx:before:request', (event) => {
  const form = dirty();
  if (event.detail.ctx?.target !== document.body || !form || form.contains(event.target)) return;
  if (!confirm(word('unsaved'))) event.preventDefault(); // eslint-disable-line no-alert
});
