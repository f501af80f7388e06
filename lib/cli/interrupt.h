/* INT, TERM and HUP in sinks: the batch at hand is ended in order, then the
 * program dies by the signal after all. Sources and filters just die. */
#ifndef CRM_INTERRUPT_H
#define CRM_INTERRUPT_H

#include "base/base.h"

/* Installs the handlers (not for signals that the parent ignores). */
void crm_interrupt_catch(void);
/* The signal that came, 0 for none. */
int crm_interrupt_which(void);
/* Dies by the signal, where one came. */
void crm_interrupt_die(void);

#endif
