/** What says that other notices no longer hold. Apart from the schemas, since the page needs it too. */
export const NOTICE_ENDS = {
  saved_again: ['not_saved'],
  interface_back: ['interface_lost'],
  interface_as_set: ['interface_adjusted'],
  offer_over: ['interface_offered'],
  recording: ['recording_gaps', 'recording_stopped'],
} as const;
