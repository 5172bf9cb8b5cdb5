// Forms: a filter, a dropped file, a pasted table send themselves; what was changed and not saved is asked after.
import { find, on, word } from './dom.js';

// A filter form with data-auto sends itself when a choice changes; its button is for pages without scripts.
on('change', (event) => {
  const form = event.target.closest?.('form[data-auto]');
  if (form && !form.matches(':popover-open *')) form.requestSubmit();
});

// A button that only looks at what changes come to does what a change does, here: a new page would not hear the next key.
on('submit', (event) => {
  const { target: form, submitter } = event;
  if (submitter?.value !== 'look' || !form.matches('[hx-post]')) return;
  event.preventDefault();
  form.dispatchEvent(new Event('change'));
});

// A file dropped on the box is the file chosen in its input. data-drop="submit" sends the form at once.
const box = (event) => event.target.closest?.('[data-drop]');
const over = (event, yes) => { const drop = box(event); if (drop) { event.preventDefault(); drop.toggleAttribute('data-over', yes); } return drop; };
const took = (drop) => {
  const input = find('input[type=file]', drop);
  find('[data-chosen]', drop).textContent = [...input.files].map((file) => file.name).join(', ');
  if (drop.dataset.drop === 'submit') input.form?.requestSubmit();
};

on('dragover', (event) => over(event, true));
on('dragleave', (event) => over(event, false));
on('drop', (event) => {
  const drop = over(event, false);
  if (!drop || !event.dataTransfer.files.length) return;
  find('input[type=file]', drop).files = event.dataTransfer.files;
  took(drop);
});
on('change', (event) => { const drop = box(event); if (drop && event.target.type === 'file') took(drop); });

// Two columns pasted anywhere on the pad go into its paste form. A plain word pasted into a field stays there.
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

// The save bar appears with the first change; leaving with changes asks first.
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
