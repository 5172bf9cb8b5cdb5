// A pressed button shows that it works; a lost connection says so and keeps what was typed.
import { all, find, on, word } from './dom.js';
import { toast } from './toast.js';

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
