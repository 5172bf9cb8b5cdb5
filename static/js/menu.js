// Menus are popovers. Here they line up with their button and stay inside the window; arrows walk through them.
import { all, find, on, shown } from './dom.js';

// No style attribute: htmx carries those to the next page, where the security policy refuses them.
const place = new CSSStyleSheet();
document.adoptedStyleSheets.push(place);

on('toggle', (event) => {
  const menu = event.target;
  if (!menu.matches?.('.menu-pop') || event.newState !== 'open') return;
  const button = all(`[popovertarget="${menu.id}"]`).find(shown)?.getBoundingClientRect();
  if (!button) return;
  const below = button.bottom + menu.offsetHeight + 8 < innerHeight;
  const top = below ? button.bottom : Math.max(8, button.top - menu.offsetHeight - 8);
  const fits = button.left + menu.offsetWidth <= innerWidth - 8;
  const left = Math.max(8, fits ? button.left : button.right - menu.offsetWidth);
  place.replaceSync(`.menu-pop:popover-open { top: ${top}px; left: ${left}px }`);
}, true);

on('keydown', (event) => {
  const menu = event.target.closest?.('.menu-pop');
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu) {
    const id = event.target.getAttribute?.('popovertarget');
    const own = id && document.getElementById(id);
    if (event.key === 'ArrowDown' && own?.matches('.menu-pop')) { event.preventDefault(); own.showPopover(); find('a, button', own)?.focus(); }
    return;
  }
  if (!step) return;
  event.preventDefault();
  const entries = all('a, button', menu);
  entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length].focus();
});

// Where the page stood is noted before the menu shows: a scroll still under way must not close it.
let openedAt = 0;
on('beforetoggle', (event) => {
  if (event.target.matches?.('.menu-pop') && event.newState === 'open') openedAt = scrollY;
}, true);
on('scroll', () => {
  if (Math.abs(scrollY - openedAt) > 60) all('.menu-pop:popover-open').forEach((menu) => menu.hidePopover());
}, { passive: true });
