/* Names of people taken apart: titles, given and family names with their
 * particles, suffixes; by script and country order. The parts are views into
 * the text given. */
#ifndef CRM_NORM_NAME_H
#define CRM_NORM_NAME_H

#include "base/base.h"
#include "base/buf.h"

struct crm_person {
	struct crm_str prefix;	/* "Dr.", "κ.", "السيد": as written */
	struct crm_str given;	/* one or more given names or initials */
	struct crm_str family;	/* with its particles: "van den Berg" */
	struct crm_str suffix;	/* "Jr.", "III", "PhD" */
	struct crm_str nick;	/* what stood in quotes or brackets */
	bool family_first;	/* as written */
};

/* Takes a full name apart. country (two letters or empty) decides what the
 * script leaves open: Hungarian and East Asian order, two Spanish family
 * names. A single name is a family name. Never fails: an unreadable text is all
 * family name. */
void crm_person_parse(struct crm_str full, struct crm_str country,
    struct crm_person *out);
/* Appends the key to compare by: folded, given then family names, no title, no
 * suffix, no punctuation. */
void crm_person_key(struct crm_buf *b, struct crm_str full,
    struct crm_str country);
/* Appends the name with blanks set right: one between words, none at the ends
 * nor before a comma, invisible characters gone. For any name. */
void crm_name_fix(struct crm_buf *b, struct crm_str s);
/* True where a name is all capitals or all small letters in a script that has
 * both: typed in haste. */
bool crm_name_is_shouted(struct crm_str s);
/* True for what people type to fill a required field: "test", "n/a", "xxx",
 * "-", "unknown", "άγνωστο". */
bool crm_name_is_filler(struct crm_str s);

#endif
