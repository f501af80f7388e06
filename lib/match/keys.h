/* Numbers under which a record meets those like it, for an index that is kept
 * beside the records: pure over one record, the same in every run. Finer
 * judgement is the matcher's (match.h). */
#ifndef CRM_MATCH_KEYS_H
#define CRM_MATCH_KEYS_H

#include "base/base.h"
#include "model/schema.h"

/* What a number stands for: its lower eight bits; 32 of a hash stand above. */
enum crm_match_space {
	CRM_MATCH_BY_NAME = 1,	/* a word of a name, in any script */
	CRM_MATCH_BY_FULL,	/* all words of a name */
	CRM_MATCH_BY_EMAIL, CRM_MATCH_BY_LOCAL, CRM_MATCH_BY_DOMAIN,
	CRM_MATCH_BY_PHONE, CRM_MATCH_BY_DATE, CRM_MATCH_BY_CODE,
	CRM_MATCH_BY_POST, CRM_MATCH_BY_STREET, CRM_MATCH_BY_TEXT
};
enum { CRM_MATCH_INDEX_KEYS = 1024 };

/* A number of a space from what is hashed there. For CRM_MATCH_BY_NAME: what
 * crm_match_name_keys gives. */
uint64_t crm_match_index_key(enum crm_match_space space, uint64_t h);
/* The numbers of a record's line, as its type's schema marks the fields, each
 * once, ascending; those of all its names at the top come among them. Returns
 * how many were put into key. */
size_t crm_match_index_keys(const struct crm_type *t, struct crm_str line,
    uint64_t key[CRM_MATCH_INDEX_KEYS]);
/* Changes when the numbers of records do: an index made before is of no use
 * then. */
uint64_t crm_match_index_version(void);

#endif
