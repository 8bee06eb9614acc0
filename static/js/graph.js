// Draws the graph that the page holds as data. The list below it says the same, and is what keys and screen readers use.

const { cytoscape } = window;
let drawn = null;

// A token's colour as this theme has it; the canvas knows no variables.
function colour(token) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(${token})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function looks() {
  const sans = getComputedStyle(document.body).fontFamily;
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle", width: 150, height: 44, "corner-radius": 6, "border-width": 1,
        "background-color": colour("--surface"), "border-color": colour("--line-strong"),
        label: (node) => `${node.data("title")}\n${node.data("word")}`, color: colour("--ink"),
        "font-family": sans, "font-size": 12, "text-wrap": "wrap", "text-max-width": 138, "text-valign": "center",
        "text-overflow-wrap": "anywhere", "line-height": 1.3,
      },
    },
    { selector: "node[?isRoot]", style: { "background-color": colour("--surface-accent"), "border-color": colour("--accent"), "border-width": 1.5 } },
    { selector: "node[?isMissing]", style: { "border-style": "dashed", "border-color": colour("--mark-warn"), color: colour("--ink-2") } },
    { selector: "node.near", style: { "border-color": colour("--accent") } },
    {
      selector: "edge",
      style: {
        width: 1.25, "line-color": colour("--line-strong"), "target-arrow-color": colour("--line-strong"),
        "target-arrow-shape": "triangle", "arrow-scale": 0.9, "curve-style": "bezier", label: "data(word)",
        "font-family": sans, "font-size": 10, color: colour("--ink-2"), "text-background-color": colour("--surface"),
        "text-background-opacity": 1, "text-background-padding": 2, "min-zoomed-font-size": 7,
      },
    },
    { selector: "edge.near", style: { "line-color": colour("--accent"), "target-arrow-color": colour("--accent") } },
  ];
}

function draw() {
  const canvas = document.querySelector(".graph-canvas");
  const data = document.getElementById("graph-data");
  if (!canvas || !data || canvas.dataset.drawn) return;
  canvas.dataset.drawn = "yes";
  const { nodes, edges, direction } = JSON.parse(data.textContent);
  const fit = (each) => (each.title.length > 40 ? { ...each, title: `${each.title.slice(0, 39)}…` } : each);
  drawn = cytoscape({
    container: canvas,
    elements: [
      ...nodes.map((each) => ({ data: fit(each) })),
      ...edges.map((each) => ({ data: each })),
    ],
    style: looks(),
    layout: { name: "dagre", rankDir: direction, nodeSep: 24, rankSep: 96, fit: true, padding: 16 },
    maxZoom: 1.6,
    minZoom: 0.1,
    // The page scrolls under the mouse; with Ctrl, or two fingers, the picture grows.
    userZoomingEnabled: false,
  });
  // Words must be readable: what does not fit then is a drag away.
  if (drawn.zoom() > 1 || drawn.zoom() < 0.55) {
    drawn.zoom(drawn.zoom() > 1 ? 1 : 0.75);
    drawn.center(drawn.nodes("[?isRoot]").length === 1 ? drawn.nodes("[?isRoot]") : undefined);
  }
  drawn.on("tap", "node", (event) => go(event.target.data(), event.originalEvent.shiftKey));
  drawn.on("mouseover", "node", (event) => event.target.closedNeighborhood().addClass("near"));
  drawn.on("mouseout", "node", () => drawn.elements().removeClass("near"));
}

function go(node, toTheMiddle) {
  if (toTheMiddle || !node.url) {
    const address = new URL(location.href);
    address.searchParams.delete("find");
    address.searchParams.set("root", node.id);
    location.assign(address);
  } else location.assign(node.url);
}

document.addEventListener("click", (event) => {
  const tool = event.target.closest?.("[data-graph]")?.dataset.graph;
  if (!tool || !drawn) return;
  if (tool === "fit") drawn.fit(undefined, 16);
  else drawn.zoom({ level: drawn.zoom() * (tool === "in" ? 1.3 : 1 / 1.3), renderedPosition: { x: drawn.width() / 2, y: drawn.height() / 2 } });
});

document.addEventListener("wheel", (event) => {
  if (!drawn || !event.ctrlKey || !event.target.closest?.(".graph-canvas")) return;
  event.preventDefault();
  drawn.zoom({ level: drawn.zoom() * (event.deltaY < 0 ? 1.1 : 1 / 1.1), renderedPosition: { x: event.offsetX, y: event.offsetY } });
}, { passive: false });

// HTMX puts another picture in the place of this one; the theme may change under it.
document.addEventListener("htmx:afterSettle", draw);
new MutationObserver(() => drawn?.style(looks())).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn?.style(looks()));
draw();
