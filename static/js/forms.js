// Forms: a filter, a dropped file, a pasted table send themselves; what was changed and not saved is asked after.
import { all, find, on, word } from './dom.js';

// What was typed or chosen before the scripts were here is asked for all the same: what is not as it came, and
// sends itself or has the focus.
const OWN = '[hx-trigger*=change]'; // "input changed" too
export const asked = (field) => field.dispatchEvent(new Event(field === document.activeElement && field.selectionEnd != null ? 'input' : 'change', { bubbles: true }));
const came = (field) => field.options ? (all('option', field).find((option) => option.defaultSelected) ?? field[0])?.selected
  : field.value === field.defaultValue && field.checked === field.defaultChecked;
setTimeout(() => all(`:is(${OWN}, ${OWN} *, :focus):is(input, select, textarea)`).forEach((field) => came(field) || asked(field)));

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
