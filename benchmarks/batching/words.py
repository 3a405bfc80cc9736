"""The words of the made-up forms: names of indicators by family, units, wordings of qualitative rows, dates, reasons, evidence, money lines."""

from __future__ import annotations

from typing import NamedTuple

_THINGS = """农村公路 社区服务 中小学 公共卫生 口岸通关 就业创业 危旧房屋 河道 老旧小区 电子商务 图书馆 文化馆 体育场地 养老机构 城市绿化
农田水利 水库 饮用水源 垃圾分类 污水管网 档案 政务大厅 信用体系 科普教育 食品安全 药品监管 特种设备 消防救援 防汛抗旱 森林防火 动物防疫 种业
渔业资源 耕地保护 不动产登记 城乡规划 交通信号 公交线路 停车设施 校舍 学前教育 职业教育 特殊教育 基层医疗 妇幼健康 慢性病 退役军人 残疾人
低收入家庭 留守儿童 法律援助 人民调解 社区矫正 禁毒宣传 文物 非遗传承 全民健身 旅游景区 招商引资 科技创新 知识产权 中小企业"""
PLACES_OF_WORK = tuple(_THINGS.split())
SCOPES = ["", "重点", "县级", "基层", "年度", "专项"]


class Family(NamedTuple):
    """Indicators of one kind: where they stand, how often, what they count, and how their values look.

    ``sense`` is up (more is better), down (less is better), zero (none should happen), words or date;
    ``targets`` are the round numbers clerks set, in hundredths of the printed unit; ``times`` the multipliers printed before the unit.
    """

    level2: int
    share: int
    unit: str
    sense: str
    names: tuple[str, ...]
    targets: tuple[int, ...] = ()
    times: tuple[str, ...] = ("",)
    whole: bool = True


LEVELS = (
    ("产出", "数量指标"),
    ("产出", "质量指标"),
    ("产出", "时效指标"),
    ("产出", "成本指标"),
    ("效益", "经济效益指标"),
    ("效益", "社会效益指标"),
    ("效益", "生态效益指标"),
    ("效益", "可持续影响指标"),
    ("满意度", "服务对象满意度指标"),
)
LEVEL_SHARES = (32, 15, 10, 7, 8, 10, 5, 6, 7)  # of 100 rows, in reading order
LEVEL1_STYLES = ("{}指标", "{}", "{}指标（50分）")
FEW = tuple(100 * n for n in (2, 4, 5, 6, 8, 8, 10, 12, 12, 15, 16, 16, 20, 20, 24, 25, 30, 40, 40, 40, 50, 60, 80, 80, 100))
MANY = tuple(
    100 * n
    for n in (
        40,
        40,
        50,
        60,
        80,
        80,
        100,
        100,
        120,
        160,
        160,
        200,
        200,
        240,
        300,
        400,
        400,
        400,
        500,
        600,
        800,
        800,
        1000,
        1200,
        1600,
        2000,
        5000,
        15100,
    )
)
RATES = tuple(100 * n for n in (80, 80, 80, 85, 90, 90, 90, 95, 95, 95, 96, 98, 98, 100, 100, 100, 100, 100))
SMALL_RATES = tuple(100 * n for n in (1, 2, 3, 5, 5, 8, 10))
SUMS = (*(100 * n for n in (10, 20, 40, 50, 80, 100, 120, 200, 250, 400, 500, 800, 1200, 1700, 2000)), 2050, 8550, 12560, 138759, 40040)
TEXT = ()

FAMILIES = (
    Family(0, 10, "场", "up", ("{}培训场次", "{}宣传活动场次", "举办{}推介活动"), FEW),
    Family(0, 12, "人次", "up", ("{}服务对象", "培训{}人员", "{}接待量"), MANY, ("", "", "", "万")),
    Family(0, 14, "个", "up", ("新建{}站点", "改造{}项目数量", "{}示范点数量"), FEW),
    Family(0, 10, "家", "up", ("检查{}单位", "扶持{}企业数量"), FEW),
    Family(0, 8, "条", "up", ("采集{}数据", "{}信息报送量"), MANY, ("", "万")),
    Family(0, 8, "平方米", "up", ("{}改造面积", "{}修缮面积"), MANY, ("", "", "万")),
    Family(0, 7, "份", "up", ("{}报告份数", "编制{}方案份数"), FEW),
    Family(0, 7, "台", "up", ("采购{}设备数量", "更新{}器材数量"), FEW),
    Family(0, 6, "公里", "up", ("{}整治长度", "{}管护里程"), MANY, whole=False),
    Family(0, 6, "票", "up", ("{}业务办理量",), MANY, ("", "万", "万")),
    Family(0, 5, "亩", "up", ("{}覆盖地块", "{}种植面积"), MANY, ("", "万"), whole=False),
    Family(0, 5, "人", "up", ("{}资助学员", "聘用{}协管人员"), MANY),
    Family(1, 40, "%", "up", ("{}验收合格率", "{}设备完好率", "{}达标率", "{}优良率"), RATES, whole=False),
    Family(1, 12, "%", "down", ("{}差错率", "{}返工占比"), SMALL_RATES, whole=False),
    Family(1, 10, "起", "zero", ("{}安全事故发生数", "{}违规事件"), (0,)),
    Family(2, 40, "%", "up", ("{}完成及时率", "{}资金到位及时率", "{}办结及时率"), RATES, whole=False),
    Family(2, 25, "", "date", ("{}完成时间", "{}验收时间"), TEXT),
    Family(3, 30, "元", "down", ("{}成本控制数", "{}采购费用"), SUMS, ("万",), whole=False),
    Family(3, 20, "元/人", "down", ("{}人均费用", "{}补贴标准"), MANY),
    Family(3, 20, "%", "up", ("{}预算成本控制率", "{}成本节约率"), RATES, whole=False),
    Family(4, 30, "元", "up", ("{}产值", "{}增收额", "带动{}投资"), SUMS, ("万", "万", "亿"), whole=False),
    Family(4, 15, "%", "up", ("{}收入增长率", "{}销售增幅"), SMALL_RATES, whole=False),
    Family(5, 25, "人", "up", ("带动{}就业", "{}受惠群众"), MANY, ("", "万")),
    Family(5, 25, "%", "up", ("{}覆盖率", "{}知晓率", "{}普及率"), RATES, whole=False),
    Family(5, 15, "起", "zero", ("{}投诉起数", "{}纠纷上访"), (0,)),
    Family(5, 30, "", "words", ("提升{}服务水平", "{}治理能力"), TEXT),
    Family(6, 30, "%", "up", ("{}垃圾处理率", "{}绿化率"), RATES, whole=False),
    Family(6, 20, "吨", "up", ("{}减排量",), MANY, whole=False),
    Family(6, 15, "", "words", ("改善{}生态环境",), TEXT),
    Family(7, 30, "", "words", ("{}长效机制", "{}持续影响"), TEXT),
    Family(7, 10, "%", "up", ("{}设施在用比例", "{}人员留任占比"), RATES, whole=False),
    Family(8, 40, "%", "up", ("{}服务对象满意度", "{}群众满意度", "{}受益者满意度"), RATES, whole=False),
)

UP_MARKS = (
    ("≥", 560), ("", 200), ("=", 50), ("不少于", 35), ("不低于", 35), (">=", 40), ("≧", 10), ("大于等于", 8), (">", 12), ("达到", 14),
    ("≥≥", 3), ("≤", 2),
)  # fmt: skip
DOWN_MARKS = (("≤", 740), ("不超过", 110), ("<=", 50), ("", 60), ("≦", 10), ("<", 12), ("≥", 8), ("不高于", 10))
ZERO_MARKS = (("≤", 150), ("=", 250), ("", 600))
SUFFIXES_UP = ("以上", "及以上")

QUALITIES = ("显著提升", "逐步改善", "有效保障", "明显提高", "达成预期指标", "不断完善", "良好", "优", "是", "长期")
ANSWERS = (
    ("达成预期指标", 480), ("达成年度指标", 180), ("部分达成预期指标", 70), ("部分达成年度指标并具有一定效果", 20), ("未达成预期指标且效果较差", 8),
    ("显著提升", 110), ("有效保障", 60), ("优", 20), ("良", 12), ("是", 20), ("基本达到", 10), ("", 10),
)  # fmt: skip
DATE_TARGETS = ("{y}年12月31日前", "{y}年12月底前", "{y}年11月30日前", "{y}年10月底前完成", "{y}年9月30日前", "{y}年12月前", "12月底前")
DATE_ACTUALS = ("{y}年12月20日", "{y}年11月30日", "{y}年10月15日", "{y}年9月28日完成", "{y}年12月底", "{y}年8月31日", "11月")
PLACEHOLDERS = ("待定", "另行通知", "待批复后确定")
ABSENT = ("/", "—", "无")
WORDY = ("已完成", "全部完成", "基本完成", "按计划推进")

REASONS = (
    "受施工周期影响，部分工程延期至次年", "项目招标流标，实施进度滞后", "参训人员因工作调整未能全部到场", "设备到货推迟，验收工作顺延",
    "因政策调整，业务量较预期减少", "合同约定按进度付款，尾款未到支付节点", "前期调研不够充分，目标设定偏高",
    "未完成全部点位建设，余下部分列入下年计划", "根据上级文件要求业务已停止办理", "雨季时间较长，影响外业进度",
    "申报单位数量少于预期，未达到计划数", "疫情影响", "加强统筹，加快推进", "供应商履约滞后，已按合同处理", "经费压减，节约开支",
    "其中两个子项未完成",
)  # fmt: skip
NO_REASONS = ("无", "—", "/", "暂无", "无。")
EVIDENCE = ("工作总结", "验收报告", "满意度调查报告", "合同及付款凭证", "统计台账", "会议纪要", "项目清单", "培训签到表", "检测报告", "系统截图")
ITEMS_TOTAL = ("年度资金总额", "资金总额", "年度资金总额（合计）")
ITEMS_PARTS = (("其中：当年财政拨款", "其他资金"), ("其中：市本级", "其中：转移支付至下级"), ("中央财政资金", "地方财政资金"))
GRADES = ("优", "良", "中", "差")
PROJECTS = ("建设", "运行维护", "能力提升", "补助资金", "整治", "管理经费", "人员经费", "示范")
DEPARTMENTS = ("教育局", "财政局", "卫生健康局", "交通运输局", "农业农村局", "水利局", "商务局", "民政局", "住房和城乡建设局", "文化旅游局")
PARTITIONS = (
    (2021, "广东省江门市"), (2022, "广东省江门市"), (2022, "四川省成都市"), (2023, "湖北省黄冈市"), (2023, "广东省江门市"), (2023, "安徽省阜阳市"),
)  # fmt: skip


def names_of(family: Family) -> list[str]:
    """The names a family composes from its phrases."""
    return [pattern.format(scope + thing) for pattern in family.names for scope in SCOPES for thing in PLACES_OF_WORK][::8]
