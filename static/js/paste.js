// Two columns pasted anywhere on the pad go into its paste form. A plain word pasted into a field stays there.
import { find, on } from './dom.js';

on('paste', (event) => {
  const form = find('form[data-paste-anywhere]');
  const text = event.clipboardData?.getData('text') ?? '';
  const table = /[\t\n]/.test(text.trim());
  if (!form || !table || event.target.matches('textarea')) return;
  event.preventDefault();
  const area = find('textarea', form);
  area.value = text;
  form.requestSubmit();
});
