/* What letters want that records do not hold: the lines of an envelope, the
 * parts of a name, numbers as people read them. For templates. */
#ifndef CRM_LETTER_H
#define CRM_LETTER_H

#include "base/base.h"
#include "base/buf.h"

struct crm_letter {	/* zeroed is valid */
	struct crm_str home;	/* sender's country: not printed; "" none */
	struct crm_buf plain, quoted;
};

/* The value of a made-up field of a record line, as raw JSON valid until the
 * next call; false where the record has nothing to make it of:
 *   _address   the envelope's lines in the order of its country
 *   _country   the country's English name
 *   _given, _family, _title   parts of the name, where the record has no
 *              given_name, family_name of its own
 *   _phone, _phone_national   the first phone as people read it
 * letter is a struct crm_letter: the shape of a template's environment. */
bool crm_letter_value(void *letter, struct crm_str record,
    struct crm_str path, struct crm_str *val);
void crm_letter_release(struct crm_letter *l);

#endif
