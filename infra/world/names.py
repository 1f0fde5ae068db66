"""Names for people who do not exist: common parts joined by chance, and marked as invented."""

from random import Random

from infra.world.lives import happens

# From the most common; the marks after a name say in both scripts that nobody is meant.
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
FIRST = "嘉思子雨文晓明志宇欣佳俊若梓雅建海永国春秋立景清书安知语可沐"
SECOND = "宁涵轩怡然博杰琪敏慧涛峰洁林华平辉瑶睿航霖妍泽晨颖昕菲强阳"
LATIN_FIRST = ("Ada", "Bela", "Carin", "Dario", "Elin", "Farid", "Greta", "Henri", "Ines", "Jonas")
LATIN_LAST = ("Norling", "Pereza", "Quandt", "Rossini", "Tamura", "Ulvang", "Velasko", "Wexham")
MARK = "（虚构）"
LATIN_MARK = " (invented)"


def chinese_name(chance: Random) -> str:
    """Family name first; the more common ones more often."""
    family = FAMILY[min(int(chance.expovariate(1 / 12)), len(FAMILY) - 1)]
    given = chance.choice(FIRST) + (chance.choice(SECOND) if happens(chance, 0.85) else "")
    return family + given + MARK


def latin_name(chance: Random) -> str:
    """Given name first."""
    return f"{chance.choice(LATIN_FIRST)} {chance.choice(LATIN_LAST)}{LATIN_MARK}"
