#!/usr/bin/env python3
"""The oracle for tax numbers: random numbers of each country, near-right ones
among them, and whether python3-stdnum takes them.

usage: tax.py COUNT SEED > FILE     lines: country, number, 1 or 0 (tabs)
"""
import importlib
import random
import sys

MODULES = {
    'AR': 'ar.cuit', 'AT': 'at.uid', 'AU': 'au.abn', 'BE': 'be.vat',
    'BG': 'bg.vat', 'BR': 'br.cnpj br.cpf', 'CA': 'ca.bn', 'CH': 'ch.uid',
    'CL': 'cl.rut', 'CN': 'cn.uscc', 'CO': 'co.nit', 'CY': 'cy.vat',
    'CZ': 'cz.dic', 'DE': 'de.vat', 'DK': 'dk.cvr', 'EE': 'ee.kmkr',
    'ES': 'es.nif', 'FI': 'fi.alv', 'FR': 'fr.tva', 'GB': 'gb.vat',
    'GR': 'gr.vat', 'HR': 'hr.oib', 'HU': 'hu.anum', 'IE': 'ie.vat',
    'IL': 'il.idnr', 'IN': 'in_.gstin', 'IT': 'it.iva', 'JP': 'jp.cn',
    'LT': 'lt.pvm', 'LU': 'lu.tva', 'LV': 'lv.pvn', 'MT': 'mt.vat',
    'NL': 'nl.btw', 'NO': 'no.orgnr', 'NZ': 'nz.ird', 'PL': 'pl.nip',
    'PT': 'pt.nif', 'RO': 'ro.cf', 'RS': 'rs.pib', 'RU': 'ru.inn',
    'SE': 'se.vat', 'SI': 'si.ddv', 'SK': 'sk.dph', 'TR': 'tr.vkn '
    'tr.tckimlik', 'UA': 'ua.edrpou ua.rntrc', 'US': 'us.ein',
}
SHAPES = {
    'AT': 'U99999999', 'CH': 'CHE999999999', 'CY': '99999999A',
    'ES': '*9999999*', 'FR': '9*999999999', 'IE': '9999999A',
    'IN': '99AAAPA9999A1Z*', 'NL': '999999999B99', 'CL': '99999999*',
    'CN': '9111999999999999**', 'SE': '999999999901',
}
LENGTHS = {
    'AR': [11], 'AU': [11], 'BE': [10], 'BG': [9, 10], 'BR': [14, 11],
    'CA': [9], 'CO': [9, 10], 'CZ': [8, 9, 10], 'DE': [9], 'DK': [8],
    'EE': [9], 'FI': [8], 'GB': [9], 'GR': [9], 'HR': [11], 'HU': [8],
    'IL': [9], 'IT': [11], 'JP': [13], 'LT': [9, 12], 'LU': [8], 'LV': [11],
    'MT': [8], 'NO': [9], 'NZ': [8, 9], 'PL': [10], 'PT': [9],
    'RO': [6, 8, 9, 10, 13], 'RS': [9], 'RU': [10, 12], 'SI': [8],
    'SK': [10], 'TR': [10, 11], 'UA': [8, 10], 'US': [9],
}


def fill(shape):
    digits, letters = '0123456789', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
    pick = {'9': digits, 'A': letters, '*': digits + letters}
    return ''.join(random.choice(pick.get(c, c)) for c in shape)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    checks = {c: [importlib.import_module('stdnum.' + m) for m in ms.split()]
              for c, ms in MODULES.items()}
    countries = sorted(checks)
    for i in range(count):
        country = countries[i % len(countries)]
        shape = SHAPES.get(country) or '9' * random.choice(LENGTHS[country])
        number = fill(shape)
        valid = [n for n in [number] if any(m.is_valid(n)
                                            for m in checks[country])]
        # half of them: change the last character until it is right
        if not valid and random.random() < 0.5:
            tail = '0123456789'
            if not shape[-1].isdigit() or shape[-1] == '*':
                tail += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
            for c in tail:
                other = number[:-1] + c
                if any(m.is_valid(other) for m in checks[country]):
                    number, valid = other, [other]
                    break
        print('%s\t%s\t%d' % (country, number, bool(valid)))


main()
