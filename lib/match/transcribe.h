/* How likely a name in another script is written so in Latin. */
#ifndef CRM_MATCH_TRANSCRIBE_H
#define CRM_MATCH_TRANSCRIBE_H

#include "base/base.h"
#include "base/utf8.h"

struct crm_transcript {	/* transcribe_data.c tells how to read it */
	uint16_t letter;
	char none[2], one[27], two[60];
};

/* By letter, the first of letter 0; NULL for scripts without. */
const struct crm_transcript *crm_transcripts(enum crm_script script, size_t *n);

/* How alike a folded name in another script and one in Latin letters are, in
 * thousandths, by the cheapest way to write the one as the other (Viterbi 1967
 * on the edit model of Ristad and Yianilos 1998): of pairs that are the same
 * 93 in 100 are at 880 and more, of others 1 in 1,000. 0: a script that nothing
 * is known of. */
unsigned crm_transcribed(struct crm_str native, struct crm_str latin);

#endif
