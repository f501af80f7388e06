/* Romanisation of single words for comparing names, and consonant skeletons
 * that join spellings of one name across scripts. */
#ifndef CRM_MATCH_LATIN_H
#define CRM_MATCH_LATIN_H

#include "base/base.h"
#include "base/buf.h"

/* Mandarin readings of the Han characters U+4E00..U+9FFF. Zeroed is a valid
 * empty one: the characters stay as they are. */
struct crm_han {
	char (*sound)[8];
};
/* Reads lines of a syllable, a tab and its characters. */
void crm_han_load(struct crm_han *h, struct crm_str text);
void crm_han_release(struct crm_han *h);

/* Appends the Latin form of a word that went through crm_fold_text: Greek
 * (ELOT 743 sounds), Cyrillic, Arabic, Hebrew, Armenian, Georgian, kana, Hangul
 * (Revised Romanisation), the Indic blocks, Thai, and Han where han (may be
 * NULL) has readings. Other characters are kept. */
void crm_latin(struct crm_buf *out, struct crm_str word,
    const struct crm_han *han);

#define CRM_SKELETONS 4
/* The consonant skeletons of a folded word: 5 bits a class, at most 12
 * classes; ambiguous letters fork, so that a word has up to four. Returns how
 * many were put into key. Vowels, h and y vanish, a leading vowel leaves one
 * mark; Arabic and Hebrew letters that stand for vowels vanish likewise. */
size_t crm_skeletons(struct crm_str word, const struct crm_han *han,
    uint64_t key[CRM_SKELETONS]);
/* Joins the classes that scripts tell apart differently: B=P V=F D=T
 * Z=X=J=S G=K. */
uint64_t crm_skeleton_coarse(uint64_t key);
/* Number of classes in a skeleton. */
size_t crm_skeleton_len(uint64_t key);

#endif
