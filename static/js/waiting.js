// What is on its way: sent once and in order, shown by the pressed button, and kept where the connection is lost.
import { all, find, on, toast, word } from './dom.js';

// Changes under way: a quantity, a row, a detail. A page that is asked for and an order that is placed wait for them;
// where one failed nothing is placed: what it comes to is not what was shown.
const changing = new Set();
let lost;
const settled = async () => {
  lost = false;
  while (changing.size) await new Promise((done) => setTimeout(done, 50));
  return !lost && !all('input').some((field) => field.isSending);
};
const free = (form) => all('[aria-busy=true]').forEach((button) => { if (!form || button.form === form) button.removeAttribute('aria-busy'); });

on('htmx:before:request', ({ detail: { ctx } }) => {
  const { sourceElement: source, request: { method }, target } = ctx;
  const goes = target === document.body && !source.matches('[hx-sync]');
  const writes = method !== 'GET';
  if (writes && !goes && !source.matches('[data-primary]')) changing.add(ctx); // that one only looks at itself
  if (goes && changing.size) ctx.fetch = async (...request) => {
    if (!await settled() && writes) throw new DOMException('', 'AbortError');
    return fetch(...request);
  };
});
on('submit', async (event) => {
  const { target: form, submitter } = event;
  if (form.method === 'dialog') return;
  setTimeout(() => { if (form.asks || !event.defaultPrevented) submitter?.setAttribute('aria-busy', 'true'); }, 300);
  if (event.defaultPrevented || form.method !== 'post' || find('[data-scan]', form)) return;
  const asks = String(new URLSearchParams(new FormData(form, submitter)));
  if (form.asks === asks) return event.preventDefault();
  form.asks = asks;
  setTimeout(() => { delete form.asks; }, 10000); // the person may have stopped it
  if (!changing.size) return;
  event.preventDefault();
  const shown = form.elements.shown_total?.value;
  const saved = await settled();
  delete form.asks;
  free(form);
  if (!saved) return;
  if (shown) form.elements.shown_total.value = shown; // what was pressed for: the server says what it is now
  form.requestSubmit(submitter?.isConnected ? submitter : null);
});
addEventListener('pageshow', () => { all('form').forEach((form) => { delete form.asks; }); free(); });

// The same asked once more while its answer is on the way is not asked twice. Another page asked for takes the place
// of the one on its way, as it does without scripts: else the one that comes last would stay.
let coming;
on('htmx:config:request', (event) => {
  const { ctx } = event.detail;
  const { sourceElement: source, request } = ctx;
  if (source.matches('[hx-sync]')) return;
  ctx.asks = request.action + new URLSearchParams(request.body);
  if (source.asks === ctx.asks) return event.preventDefault();
  source.asks = ctx.asks;
  if (ctx.target !== document.body) return;
  coming?.abort();
  coming = request.method === 'GET' ? request : null;
  if (request.abort) return;
  const stop = new AbortController(); // going back brings none
  request.signal = stop.signal;
  request.abort = () => stop.abort();
});
on('htmx:finally:request', ({ detail: { ctx } }) => {
  const source = ctx.sourceElement;
  changing.delete(ctx);
  free(source);
  if (source.asks === ctx.asks) delete source.asks;
});

// One note for all that failed, of the worst of it: what asks again by itself, what was asked for, what was to be saved.
// A quantity counts as failed until its own answer comes: quantity.js says isSending.
const failed = new Set();
const askAgain = (source) => {
  if (source.matches('form')) source.requestSubmit();
  else if (source.matches('input, select, textarea')) source.dispatchEvent(new Event('change', { bubbles: true }));
  else source.click();
};
on('htmx:error', ({ detail: { ctx } }) => {
  if (!ctx) return;
  const { sourceElement: source, request: { method } } = ctx;
  const rank = method !== 'GET' ? 2 : +!source.matches('[hx-trigger^=every]');
  if (rank > 1) lost = true;
  if (rank) failed.add(source);
  const before = find('#toasts [data-offline]');
  if (before?.dataset.offline >= rank) return;
  before?.remove();
  const note = toast(`${word(['old', 'notLoaded', 'notSaved'][rank])} `, 'bad');
  note.dataset.offline = rank;
  if (!rank) return;
  const again = document.createElement('button');
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
