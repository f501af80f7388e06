#!/usr/bin/env python3
"""Makes lib/model/iso_data.inc: countries (codes, currency, language, address
format, postcode) and names of countries and languages in many languages.

usage: iso-tables.py NODE_MODULES FOLD_LINES > lib/model/iso_data.inc

NODE_MODULES holds cldr-core, cldr-localenames-full, localized-address-format;
FOLD_LINES is the program made of share/tools/fold-lines.c. Run from the
repository's top; postcodes come from share/crm/data/postcodes.txt, other names
people write from share/crm/data/aliases.txt, alpha-3 codes from iso-codes.
"""
import json
import re
import subprocess
import sys

LANGS = ('en el fi sv ar he de fr es it ru tr pt nl pl da nb cs sk hu ro bg hr'
         ' sr uk et lv lt ja zh zh-Hant ko hi fa').split()
ISO = '/usr/share/iso-codes/json/'
modules, folder = sys.argv[1], sys.argv[2]


def load(path):
    return json.load(open(path, encoding='utf-8'))


def local(lang, what):
    d = load('%s/cldr-localenames-full/main/%s/%s.json' % (modules, lang, what))
    return d['main'][lang]['localeDisplayNames'][what]


def fold(names):
    p = subprocess.run([folder], input='\n'.join(names) + '\n', text=True,
                       capture_output=True, check=True)
    return p.stdout.split('\n')[:len(names)]


def quote(s):
    return s.replace('\\', '\\\\').replace('"', '\\"')


def table(name, pairs):
    """pairs (name, code): first given wins."""
    keys = fold([p[0] for p in pairs])
    seen = {}
    for key, (_, code) in zip(keys, pairs):
        if key and key not in seen:
            seen[key] = code
    text, offsets, at = [], [], 0
    for key in sorted(seen, key=lambda k: k.encode()):
        offsets.append(at)
        text.append('%s\\000%s\\000' % (quote(key), seen[key]))
        at += len(key.encode()) + len(seen[key]) + 2
    print('static const char %s_text[] =' % name)
    for i in range(0, len(text), 64):
        print('"%s"' % ''.join(text[i:i + 64]))
    print(';')
    print('static const uint32_t %s_at[] = {' % name)
    for i in range(0, len(offsets), 400):
        print(','.join(map(str, offsets[i:i + 400])) + ',')
    print('};')


def aliases():
    out = {'country': [], 'language': [], 'currency': []}
    for line in open('share/crm/data/aliases.txt', encoding='utf-8'):
        if line.strip() and not line.startswith('#'):
            kind, code, names = line.rstrip('\n').split('\t')
            out[kind] += [(n, code) for n in names.split('|')]
    return out


def currency_of(code, data):
    for c in reversed(data.get(code, [])):
        (cur, v), = c.items()
        if '_to' not in v and v.get('_tender') != 'false':
            return cur
    return ''


def main():
    core = modules + '/cldr-core/supplemental/'
    money = load(core + 'currencyData.json')['supplemental']['currencyData'][
        'region']
    likely = load(core + 'likelySubtags.json')['supplemental']['likelySubtags']
    js = open(modules + '/localized-address-format/dist/index.cjs.js',
              encoding='utf-8').read()
    formats = {}
    for m in re.finditer(r"\['(\w\w)', \{ local: '([^']*)'"
                         r"(?:, latin: '([^']*)')?", js):
        formats[m[1]] = (m[2], m[3] or '')
    post = {}
    for line in open('share/crm/data/postcodes.txt', encoding='utf-8'):
        if not line.startswith('#'):
            code, mask = line.rstrip('\n').split(' ', 1)
            post[code] = mask
    iso = {c['alpha_2']: (c['alpha_3'], c['numeric'])
           for c in load(ISO + 'iso_3166-1.json')['3166-1']}
    iso['XK'] = ('XKX', '')
    english = local('en', 'territories')
    print('/* Made by share/tools/iso-tables.py from CLDR, iso-codes and '
          'libaddressinput: see\n * share/crm/SOURCES. */')
    print('static const struct iso_country iso_countries[] = {')
    for code in sorted(iso):
        lang = likely.get('und-' + code, 'en').split('-')[0]
        f = formats.get(code, ('%N%n%O%n%A%n%C', ''))
        print('{"%s","%s","%s","%s","%s","%s","%s","%s","%s"},' % (
            code, *iso[code], currency_of(code, money), lang, english[code],
            post.get(code, ''), f[0].replace('%n', '\\n'),
            '' if f[1] == f[0] else f[1].replace('%n', '\\n')))
    print('};')
    extra = aliases()
    names = [(c, c) for c in sorted(iso)] + \
        [(v[0], c) for c, v in sorted(iso.items())] + extra['country']
    for lang in LANGS:
        for code, name in local(lang, 'territories').items():
            if code.split('-')[0] in iso:
                names.append((name, code.split('-')[0]))
    table('iso_country_names', names)
    two = {x['alpha_2']: x for x in load(ISO + 'iso_639-2.json')['639-2']
           if 'alpha_2' in x}
    names = [(c, c) for c in sorted(two)] + extra['language']
    for code, x in sorted(two.items()):
        names += [(x[k], code) for k in ('alpha_3', 'bibliographic')
                  if k in x]
    for lang in LANGS[:18] + sorted(two):
        try:
            here = local(lang, 'languages')
        except FileNotFoundError:
            continue
        for code, name in here.items():
            # all in the first languages above, each in itself
            if code in two and (lang in LANGS[:18] or code == lang):
                names.append((name, code))
    table('iso_language_names', names)
    codes = {currency_of(c, money) for c in iso} - {''}
    table('iso_currency_names', [(c, c) for c in sorted(codes)] +
          extra['currency'])


main()
