// Theme and row height: kept in cookies, so the server renders them.
import { all, on, remember } from './dom.js';

const press = (name, chosen) => all(`[data-set-${name}]`).forEach((button) => {
  button.setAttribute('aria-pressed', button.getAttribute(`data-set-${name}`) === chosen);
});

on('click', (event) => {
  for (const name of ['theme', 'density']) {
    const button = event.target.closest(`[data-set-${name}]`);
    if (!button) continue;
    const chosen = button.getAttribute(`data-set-${name}`);
    document.documentElement.dataset[name] = chosen;
    remember(name, chosen);
    press(name, chosen);
  }
});
