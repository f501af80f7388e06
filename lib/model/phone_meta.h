/* The numbering plans behind norm_phone.h: libphonenumber's metadata compiled
 * to constant tables by share/tools/phone-metadata.py, and the matcher of their
 * patterns. For the phone modules only. */
#ifndef CRM_PHONE_META_H
#define CRM_PHONE_META_H

#include "base/base.h"
#include "model/norm_phone.h"

enum { PHONE_TYPES = 10, PHONE_MAX_NSN = 17, PHONE_GROUPS = 7 };

/* Programs are offsets into the table of words, 0 where there is none; texts
 * are offsets into the table of texts. */
struct phone_format {
	uint32_t pattern, leading;
	uint16_t format, international, rule;
	bool optional;	/* the national prefix may be left away */
};

struct phone_type {
	uint32_t pattern;
	uint32_t lengths;	/* bit n: n digits are possible */
};

struct phone_region {
	char id[4];		/* "GR"; "001" for codes of no country */
	uint16_t calling;
	bool same;		/* mobile and fixed numbers look alike */
	uint8_t nformats;
	uint16_t format;
	uint32_t idd, general, lengths, prefix;
	uint16_t transform;
	uint32_t leading;
	uint16_t national_prefix, ext;
	bool has_types;
	struct phone_type types[PHONE_TYPES];
};

struct phone_calling {
	uint16_t code, first;
	uint8_t n;
};

/* A pattern's match in a run of ASCII digits. */
struct phone_match {
	struct crm_str digits;
	bool full;		/* must reach the end */
	size_t end;		/* out */
	size_t save[2 * PHONE_GROUPS];	/* out: begin + 1, end + 1; 0: unset */
};

/* True where the program matches at the beginning (and with m->full at the
 * end). Leftmost-first, as regular expressions of that kind do. */
bool phone_match(uint32_t program, struct phone_match *m);
/* The usual two questions; true for program 0 in neither. */
bool phone_match_full(uint32_t program, struct crm_str digits);
bool phone_match_start(uint32_t program, struct crm_str digits, size_t *end);

/* The plan of a country (two letters, upper case) or NULL. */
const struct phone_region *phone_region(struct crm_str id);
/* The i-th plan of a calling code, the main one first; NULL past the last. */
const struct phone_region *phone_calling_region(int code, size_t i);
const struct phone_format *phone_format_at(const struct phone_region *r,
    size_t i);
const char *phone_text_at(uint32_t offset);

/* What the plan says of a national number. */
enum crm_phone_type phone_type_in(const struct phone_region *r,
    struct crm_str nsn);

#endif
