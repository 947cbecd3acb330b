/** The one helper, by the name that pages know it by. */
export { counted as countText } from '@ocpp-logs/core';
