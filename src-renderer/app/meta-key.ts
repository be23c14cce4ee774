/** The key that commands are given with on this system. */
export const metaKey = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';
