// The folds of a large graph: nodes that stand for many steps alike, which are opened and closed in place. Without a script
// their links lead to the same graph with other folds open.
(() => {
  'use strict';
  const svg = () => document.getElementById('dag');
  const folds = () => [...(svg()?.querySelectorAll('a[data-fold]') ?? [])];

  // ---- The steps of a fold, as the server lists them. ----
  const read = new WeakMap();
  const members = (a) => {
    const { members: names, titles, statuses, type } = a.dataset;
    const source = [names, titles, statuses].join('\n');
    if (read.get(a)?.source !== source) {
      const [shown, states] = [JSON.parse(titles ?? '[]'), statuses?.split(' ') ?? []];
      const steps = JSON.parse(names).map((name, at) => ({ a, name, title: shown[at] ?? name, type, status: states[at] }));
      read.set(a, { source, steps });
    }
    return read.get(a).steps;
  };
  // Every step of the graph, with the node that shows it.
  const steps = () => graphView.nodes().flatMap((a) => {
    if (a.dataset.fold !== undefined) return members(a);
    const { step: name, title = name, type, status } = a.dataset;
    return [{ a, name, title, type, status }];
  });
  // The node that shows a step: its own, or a fold.
  const holder = (name) => graphView.named(name) ?? folds().find((a) => members(a).some((step) => step.name === name));

  // ---- Opening and closing: the graph is read again at the address with other folds open. ----
  const [OPEN, ALL] = ['open', 'all'];
  const openIn = (search) => new URLSearchParams(search).getAll(OPEN);
  const open = () => openIn(svg()?.dataset.open);
  const setOpen = (url, names) => {
    url.searchParams.delete(OPEN);
    for (const name of names) url.searchParams.append(OPEN, name);
  };
  // An address with the folds open that are open now.
  const keep = (url) => {
    if (svg()?.dataset.open !== undefined) setOpen(url, open());
  };
  const change = async (names) => {
    // The panel would show a step that is not there.
    const group = graphView.keyed(graphView.shown())?.dataset.group;
    if (group !== undefined && !names.includes(group) && !names.includes(ALL)) graphView.shut();
    const live = document.getElementById('live');
    const url = new URL(location.href);
    setOpen(url, names);
    await htmx.ajax('GET', url.pathname + url.search, { source: live, target: live, swap: 'outerMorph' });
    const isDone = open().sort().join('\n') === [...names].sort().join('\n');
    // Where something else was being read, the page itself is loaded.
    if (isDone) history.replaceState(history.state, '', url);
    else location.assign(url);
  };
  // Opens a fold; its first step takes its place.
  const unfold = async (a) => {
    const { name } = members(a)[0];
    const title = a.querySelector('text').textContent;
    await graphView.hold(a, () => change(openIn(new URL(a.getAttribute('href'), location.href).search)), () => graphView.named(name));
    livePage.announce(`Unfolded: ${title}`);
    return name;
  };
  // Closes the fold of this name.
  const fold = async (name) => {
    const isOf = (a) => a.dataset.group === name;
    const all = graphView.nodes();
    const others = new Set(all.map((a) => a.dataset.group).filter((group) => group !== undefined && group !== name));
    await graphView.hold(all.find(isOf), () => change([...others]), () => graphView.keyed(name));
    livePage.announce(`Folded: ${name}`);
    return name;
  };
  // The node of a step, once its fold is open; none where the graph does not have it.
  const unfolded = async (name) => {
    const a = holder(name);
    if (a?.dataset.fold !== undefined) await unfold(a);
    return graphView.named(name);
  };
  globalThis.graphFolds = { steps, holder, keep, unfolded };

  document.addEventListener('click', async (event) => {
    if (!livePage.isPlainClick(event) || event.defaultPrevented || !svg()) return;
    const a = event.target.closest?.('#dag a[data-fold]');
    const link = event.target.closest?.('a[data-folding]');
    if (!a && !link) return;
    event.preventDefault();
    const isFocused = (a ?? link).contains(document.activeElement);
    if (!a && !link.dataset.folding) return change(openIn(link.search));
    const name = a ? await unfold(a) : await fold(link.dataset.folding);
    if (isFocused) graphView.go(graphView.keyed(name));
  });
  // `o` opens the fold that has the focus, and closes that of a step.
  document.addEventListener('keydown', async (event) => {
    if (event.key !== 'o' || event.ctrlKey || event.metaKey || event.altKey) return;
    const a = event.target.closest?.('#dag a:is([data-fold], [data-group])');
    if (!a) return;
    graphView.go(graphView.keyed(await (a.dataset.group === undefined ? unfold(a) : fold(a.dataset.group))));
  });
})();
