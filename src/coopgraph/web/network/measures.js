/* Measures of nodes. */

/** @import { Node } from "../types.d.ts" */

/** How heavy a node is: what its size says, of a community how much it holds. @returns {(node: Node) => number} */
export const heaviness = () => (node) => node.members ?? node.degree;
