/** The data that a page of a network holds (coopgraph.view.data), as page.js has unpacked it. */

/** A text in each language of the page, in the order of `page.languages`. */
export type Text = string[];
export type Id = number | string;
export type What = ["node" | "edge", Id];
export type Row = any[];

export interface Named { key: string; name: Text }
export interface Entity extends Named { iri: string }
export interface NodeClass extends Named { form: string; tone: number; radius: number }
export interface EdgeKind extends Entity { tone?: number; unit: Text }
export interface Attribute extends Named { unseen: boolean }
export interface Source extends Named { address: string; digest: string }
export interface Place { source: number; locator: Text; start?: number; end?: number; digest?: string }
/** A community of a network that is drawn whole: named by its leading members, and what it is about. */
export interface Group extends Named { about: Text }
export interface Heading { x: number | null; y: number | null; name: Text; column: boolean }
export interface Picture {
  name: string; cards: boolean; font: number; titles?: Text;
  ends: (number | null)[][]; headings: Heading[];
}
/** How a language writes amounts: the table [money] of its file in i18n/locale. */
export interface Money {
  amount: string; plain: string; join?: string;
  units: [number, string][]; currencies: Record<string, string>;
}

export interface Page {
  name: string; titles: Text; notes: Text[]; languages: string[]; labelled?: string[]; directed: boolean; weighted: boolean;
  base: string; neutral: number; stances: number; tones: string[][]; more?: string; least?: number;
  classes: NodeClass[]; kinds: EdgeKind[]; values: Entity[]; attributes: Attribute[];
  sources: Source[]; evidence: Place[]; charts: Named[]; groups: Group[];
  pictures: Record<string, Picture>; words: Record<string, Text>; money: Money[]; numbers: { group: string; decimal: string }[];
  query: { prologue: string; body: string; ends: string };
}

/** A place of a node in a layout: x, y, width, height, then its label in each language. */
export type Spot = [number, number, number, number, ...string[]];

/** A node, or (with `community`) the circle drawn for many. */
export interface Node {
  id: Id; iri?: string; key?: string; name: Text; kind: number; tone: number; degree: number;
  places?: Record<string, Spot>; subkind?: number; country?: number; identifiers?: string[];
  size?: number; near?: Id; group?: number;
  community?: number; more?: boolean; members?: number; inside?: number; about?: Text; form?: string; font?: number;
}
/** An edge, or (with `count`) the line drawn for many. */
export interface Edge {
  id: Id; from: Id; to: Id; kind: number; weight: number | null; tone: number; width: number;
  dashes?: boolean; pale?: boolean; curve?: number; claim?: string; count?: number; aggregated?: boolean;
  facts?: Record<string, unknown>; via?: number[]; evidence?: number[];
}
export interface Part { nodes: Node[]; edges: Edge[]; page: Page }

/** A neighbour of a node, and the edges between. */
export type Tie = [Id, Id[]];
export interface Route { nodes: Id[]; edges: Id[] }
export interface Shown { nodes: Set<Id>; edges: Set<Id>; hides: Map<string, number> }
/** What a value of a facet means: of "kind" and "edge" the entry of that table. */
export type FacetRow = Named | NodeClass | EdgeKind;
export interface FacetValue extends Named { count: number; row?: FacetRow }
export interface Facet { name: string; label: Text; values: FacetValue[]; keys: Map<Id, string[]> }
/** How much of a large network is in closed communities, or is not drawn. */
export interface Counts {
  nodesShown: number; nodesInside: number; nodesFiltered: number; communities: number;
  edgesShown: number; edgesBundled: number; edgesInside: number; edgesHidden: number; edgesFiltered: number;
}

/** What is used of vis-network, the global `vis` of the page. */
export interface Point { x: number; y: number }
export interface VisEvent { nodes: Id[]; edges: Id[]; node: Id; edge: Id; pointer: { DOM: Point; canvas: Point } }
export interface VisNetwork {
  body: { nodes: Record<Id, Point>; edges: Record<Id, { edgeType: { getPoint(part: number): Point } }> };
  running?: boolean;
  /** The names that are drawn, and where: for tests. */
  named?: { id: Id | null; box: number[] }[];
  on(event: "beforeDrawing" | "afterDrawing", listener: (context: CanvasRenderingContext2D) => void): void;
  on(event: string, listener: (event: VisEvent) => void): void;
  once(event: string, listener: () => void): void;
  moveTo(view: { position?: Point; scale?: number; animation?: boolean | { duration: number } }): void;
  moveNode(id: Id, x: number, y: number): void;
  setOptions(options: object): void;
  setData(data: object): void;
  setSize(width: string, height: string): void;
  setSelection(selection: { nodes: Id[]; edges: Id[] }, options: object): void;
  getScale(): number;
  getViewPosition(): Point;
  getPositions(ids?: Id[]): Record<Id, Point>;
  canvasToDOM(point: Point): Point;
  DOMtoCanvas(point: Point): Point;
  redraw(): void;
  destroy(): void;
}
export interface VisSet { update(items: object[]): void }
export interface VisSets { nodes: VisSet; edges: VisSet }
declare global {
  const vis: {
    Network: new (holder: HTMLElement, data: object, options: object) => VisNetwork;
    DataSet: new (items: object[]) => VisSet;
  };
  interface Window { network: VisNetwork }
}
