/* Romanisation of single words for comparing names, and consonant skeletons
 * that join spellings of one name across scripts. */
#ifndef CRM_MATCH_LATIN_H
#define CRM_MATCH_LATIN_H

#include "base/base.h"
#include "base/buf.h"

/* Appends the Latin form of a word that went through crm_fold_text: Greek
 * (ELOT 743 sounds), Cyrillic, Arabic, Hebrew, Armenian, Georgian, kana, Hangul
 * (Revised Romanisation), the Indic blocks, Thai and the commonest Han
 * characters of names (pinyin). Other characters are kept. */
void crm_latin(struct crm_buf *out, struct crm_str word);

#define CRM_SKELETONS 4
/* The consonant skeletons of a folded word: 5 bits a class, at most 12
 * classes; ambiguous letters fork, so that a word has up to four. Returns how
 * many were put into key. Vowels, h and y vanish, a leading vowel leaves one
 * mark; Arabic and Hebrew letters that stand for vowels vanish likewise. */
size_t crm_skeletons(struct crm_str word, uint64_t key[CRM_SKELETONS]);
/* Joins the classes that scripts tell apart differently: B=P V=F D=T
 * Z=X=J=S G=K. */
uint64_t crm_skeleton_coarse(uint64_t key);
/* Number of classes in a skeleton. */
size_t crm_skeleton_len(uint64_t key);

#endif
