/**
 * Connections that the system keeps while the main thread is at something else. A fleet that comes back at once needs more
 * of them than the 511 that Node asks for; the system lowers it to what it allows (`net.core.somaxconn`, 4,096).
 */
export const LISTEN_BACKLOG = 4_096;
