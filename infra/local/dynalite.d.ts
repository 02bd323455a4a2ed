// dynalite ships no types; this is the part that we use.
declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** An HTTP server with the DynamoDB API; closing it closes its database too. */
  export default function dynalite(options: {
    /** Directory of the LevelDB store; in memory when left out. */
    path?: string;
    /** How long a table stays in CREATING, milliseconds. */
    createTableMs?: number;
  }): Server;
}
