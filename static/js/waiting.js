// A pressed button shows that it works; a lost connection says so and keeps what was typed.
import { all, find, on, toast, word } from './dom.js';

on('submit', (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.method === 'dialog') return;
  setTimeout(() => { if (!event.defaultPrevented) button.setAttribute('aria-busy', 'true'); }, 300);
});
addEventListener('pageshow', () => all('[aria-busy=true]').forEach((button) => button.removeAttribute('aria-busy')));
on('htmx:finally:request', () => all('[aria-busy=true]').forEach((button) => button.removeAttribute('aria-busy')));

// One note for all that failed. A quantity counts as failed until its own answer comes: quantity.js says isSending.
const failed = new Set();
const askAgain = (source) => {
  if (source.matches('form')) source.requestSubmit();
  else if (source.matches('input, select, textarea')) source.dispatchEvent(new Event('change', { bubbles: true }));
  else source.click();
};
on('htmx:error', (event) => {
  if (!event.detail.ctx) return;
  failed.add(event.detail.ctx.sourceElement);
  if (find('#toasts [data-offline]')) return;
  const note = toast(`${word('notSaved')} `, 'bad');
  note.dataset.offline = '';
  const again = document.createElement('button');
  again.type = 'button';
  again.textContent = word('retry');
  again.addEventListener('click', () => {
    const sources = [...failed];
    failed.clear();
    note.remove();
    sources.filter((source) => source.isConnected).forEach(askAgain);
  });
  note.append(again);
});
on('htmx:after:swap', () => {
  failed.forEach((source) => { if (!source.isConnected || !source.isSending) failed.delete(source); });
  if (!failed.size) find('#toasts [data-offline]')?.remove();
});

// Line after line without waiting: a form with data-entry is empty and ready again the moment it is sent, before
// the lines sent earlier have arrived. When the connection fails, what was sent stands in it again, or in a message
// where the next line has been begun.
// Not by autofocus: that would take the focus from the quantity when the page comes back to life below it.
const entry = 'form[data-entry]';
const fields = (form) => all('input:not([type=hidden])', form);
const fill = (form, values) => fields(form).forEach((field, at) => { field.value = values[at] ?? ''; });
const ready = () => document.activeElement === document.body && find(`${entry} [role=combobox]`)?.focus();
const sent = new WeakMap();

on('htmx:config:request', ({ target, detail }) => {
  if (!target.matches(entry)) return;
  sent.set(detail.ctx, fields(target).map((field) => field.value));
  fill(target, []);
  fields(target)[0].focus();
});
on('htmx:error', ({ target, detail }) => {
  const lost = sent.get(detail.ctx);
  if (!lost) return;
  if (fields(target).every((field) => !field.value)) fill(target, lost);
  else toast(`${word('notSaved')} ${lost.join(' × ')}`, 'bad');
});
on('keydown', ({ key, target }) => key === 'Escape' && target.closest(entry) && (target.value ? target.value = '' : target.blur()));
on('htmx:after:swap', ready);
ready();
