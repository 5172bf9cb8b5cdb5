// A toast leaves after seven seconds unless it is pointed at, focused or an error.
import { all, find, on } from './dom.js';

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
