/** How long a host takes to stop. Then it ends whatever is still under way: the workspace is safe at every moment. */
export const stopLimitMs = 1_800;
