// The page's side of a live plot. Every output carries it: a page that was loaded again has forgotten the last one.
window.l1Plots ??= (() => {
  const MARKERS_UP_TO = 300; // points of a series: beyond, the line says it all and draws faster
  const KEPT_PATCHES = 1000; // held for a plot that is still being drawn

  const plots = new Map(); // plot id -> its state in this page
  const libraries = new Map(); // BokehJS version -> promise of it

  function stateOf(id) {
    if (!plots.has(id)) {
      plots.set(id, {
        element: null, document: null, names: "", series: new Map(), kept: 0,
        seen: 0, gap: false, patches: new Map(), turn: Promise.resolve(),
      });
    }
    return plots.get(id);
  }

  // Show a plot where the script stands. `gzipped` is BokehJS itself, unpacked only where the page has none.
  function show(script, plot, gzipped) {
    // some front ends move a script before they run it, but never out of its output
    const host = script.parentElement.querySelector(`[data-plot="${plot.id}"]`);
    const state = stateOf(plot.id);
    state.turn = state.turn.then(() => place(state, host, plot, gzipped)).catch((error) => {
      console.error(error);
      host.textContent = `The plot cannot be drawn here: ${error.message}`;
    });
  }

  // Hand patches to a plot; those it has seen are skipped, those that come before the plot wait for it.
  function apply(id, patches) {
    const state = stateOf(id);
    for (const patch of patches) {
      state.patches.set(patch.sequence, patch);
      if (state.document !== null) receive(state, patch);
    }
    while (state.patches.size > KEPT_PATCHES) state.patches.delete(state.patches.keys().next().value);
  }

  async function place(state, host, plot, gzipped) {
    const names = JSON.stringify(plot.names);
    if (state.document !== null && state.names === names) {
      host.replaceChildren(state.element); // the living plot moves: no second drawing, the zoom stays
      if (state.gap || state.seen < plot.sequence) fill(state, plot);
      return;
    }
    const Bokeh = await library(plot.bokeh, gzipped);
    if (state.document !== null) forget(state, Bokeh);
    const element = document.createElement("div");
    host.replaceChildren(element);
    // not embed_item: the points must be there before the first drawing, which places ranges and legend by them
    const figure = Bokeh.require("document").Document.from_json(plot.item.doc).roots()[0];
    const [lines, markers] = [0, 1].map((odd) => figure.renderers.filter((_, i) => i % 2 === odd)); // by turns
    const series = new Map(plot.names.map((name, i) => [name, { line: lines[i], markers: markers[i] }]));
    for (const { line } of series.values()) line.properties.visible.change.connect(() => showMarkers(state));
    Object.assign(state, { element, names, series, kept: plot.kept, document: figure.document });
    fill(state, plot);
    for (const patch of state.patches.values()) receive(state, patch);
    await Bokeh.embed.add_document_standalone(figure.document, element);
  }

  function forget(state, Bokeh) {
    state.document.clear();
    const index = Bokeh.documents.indexOf(state.document);
    if (index >= 0) Bokeh.documents.splice(index, 1);
    state.document = null;
  }

  function fill(state, { series, sequence }) {
    for (const columns of series) {
      const source = sourceOf(state, columns.name);
      if (source !== undefined) source.data = numbers(columns);
    }
    state.seen = sequence;
    state.gap = false;
    showMarkers(state);
  }

  function receive(state, patch) {
    if (patch.whole && (state.gap || patch.sequence > state.seen)) fill(state, patch);
    if (patch.sequence <= state.seen) return;
    state.gap ||= patch.sequence > state.seen + 1;
    state.seen = patch.sequence;
    for (const columns of patch.series) {
      sourceOf(state, columns.name)?.stream(numbers(columns), state.kept);
    }
    showMarkers(state);
  }

  function sourceOf(state, name) {
    return state.series.get(name)?.line.data_source; // undefined: the plot with this series is on its way
  }

  function numbers({ time, value }) {
    return { time, value: value.map((one) => one ?? NaN) }; // JSON has no NaN: a gap in the line
  }

  function showMarkers(state) {
    for (const { line, markers } of state.series.values()) {
      markers.visible = line.visible && line.data_source.get_length() <= MARKERS_UP_TO;
    }
  }

  function library(version, gzipped) {
    const loaded = window.Bokeh?.[version];
    if (loaded !== undefined) return Promise.resolve(loaded);
    if (!libraries.has(version)) libraries.set(version, unpack(version, gzipped));
    return libraries.get(version);
  }

  async function unpack(version, gzipped) {
    const bytes = Uint8Array.from(atob(gzipped), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script); // runs at once; puts itself beside another version of Bokeh
    script.remove();
    return window.Bokeh[version];
  }

  return { show, apply };
})();
