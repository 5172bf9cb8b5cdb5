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

on('htmx:error', (event) => {
  if (!event.detail.ctx || find('#toasts [data-offline]')) return;
  const note = toast(`${word('notSaved')} `, 'bad');
  note.dataset.offline = '';
  const again = document.createElement('button');
  again.type = 'button';
  again.textContent = word('retry');
  const source = event.detail.ctx.sourceElement;
  again.addEventListener('click', () => {
    note.remove();
    if (source.form || source.matches('form')) (source.matches('form') ? source.requestSubmit() : source.dispatchEvent(new Event('change', { bubbles: true })));
    else source.click();
  });
  note.append(again);
});
on('htmx:after:swap', () => find('#toasts [data-offline]')?.remove());
