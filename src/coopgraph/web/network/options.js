/* The options of vis-network. */

import { model } from "./model.js";
import { page } from "./page.js";
import { drawing, stage } from "./places.js";
import { state } from "./state.js";

export const LEGIBLE = 8; // pixels; smaller labels of cards are not drawn
/* Whether labels of cards are drawn: as vis-network decides it. */
export const cardsLegible = () => drawing.picture.font * drawing.network.getScale() >= LEGIBLE - 1;
const FEW = 600;
let shown = false;

/** Arrow heads take half of the time of a drawing: many are drawn only where they can be seen. */
const arrowsWanted = () => page.directed && !drawing.picture.cards && (model.scene.edges.length <= FEW || (drawing.network !== null && drawing.network.getScale() > 0.4));

export function updateArrows() {
  if (shown === arrowsWanted()) return;
  shown = !shown;
  drawing.network.setOptions({ edges: { arrows: { to: { enabled: shown } } } });
}

export function networkOptions() {
  shown = arrowsWanted();
  return {
    physics: { enabled: state.physics }, layout: { improvedLayout: false, randomSeed: 1 },
    nodes: { scaling: { label: { drawThreshold: LEGIBLE } }, borderWidth: 1.5, borderWidthSelected: 3, labelHighlightBold: false },
    edges: { smooth: false, hoverWidth: 1.5, selectionWidth: 1.5, arrows: { to: { enabled: shown, scaleFactor: 0.45 } } },
    interaction: { hover: true, dragNodes: true, zoomView: !stage.classList.contains("tall"), selectConnectedEdges: false, hoverConnectedEdges: false, keyboard: false, tooltipDelay: 0, hideEdgesOnDrag: model.scene.edges.length > 1000 },
  };
}
