/** What says that other notices no longer hold. Apart from the schemas, since the page needs it too. */
export const NOTICE_ENDS = {
  saved_again: ['not_saved'],
  device_back: ['device_lost'],
  device_as_set: ['device_adjusted'],
  offer_over: ['device_offered'],
  recording: ['recording_gaps', 'recording_stopped'],
} as const;
